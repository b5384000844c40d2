"""Sites as callers name them: by host, with the port where several stand on one."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import Site

from civicnet.contract import InvalidInput


def site_named(host: str | None) -> int | None:
    """The number of a site by its host, such as ``party.test`` or ``party.test:8000``; None for none.

    Raises:
        InvalidInput: there is no such site, or several of them.
    """
    if host is None:
        return None
    name, colon, port = host.partition(":")
    found = Site.objects.filter(hostname=name)
    if colon:
        found = found.filter(port=int(port)) if port.isascii() and port.isdigit() and len(port) < 6 else found.none()
    numbers = list(found.values_list("pk", flat=True)[:2])
    if len(numbers) != 1:
        raise InvalidInput(_("There is no site of this host."), field="siteHost")
    return int(numbers[0])
