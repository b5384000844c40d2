"""What of the exchange stands in the way of taking a plugin out: files of its resources that are still under way."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet.exchange.models import DisclosureRequest, DisclosureState, ImportJob
from civicnet.exchange.models.jobs import RUNNING


def under_way(slug: str) -> Iterator[str]:
    """A sentence for imports that are checked or applied now, and one for exports that are being prepared."""
    jobs = ImportJob.objects.filter(resource__startswith=f"{slug}.", state__in=RUNNING)
    if names := list(jobs.values_list("file_name", flat=True)[:3]):
        yield _("Imports are under way: %(files)s. Wait for them, or cancel them.") % {"files": ", ".join(names)}
    preparing = DisclosureRequest.objects.filter(resource__startswith=f"{slug}.", state=DisclosureState.APPROVED)
    if count := preparing.count():
        yield _("Exports of full values are being prepared: %(count)s. Wait for them.") % {"count": count}
