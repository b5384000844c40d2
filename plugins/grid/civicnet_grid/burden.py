"""What grids ask for by forms: how often each was handed in, in sums; of no person."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from civicnet.contract import Actor, Asking
from civicnet_grid.elements import FORMS_BY_DEED
from civicnet_grid.selectors import handed_in


def askings(*, actor: Actor, since: datetime) -> list[Asking]:
    """Forms that people filled in by hand; what came in with a sheet is counted by the host. One statement."""
    counts = handed_in(actor, since)
    return [
        Asking(
            asker=_("Grids"),
            what=form.label,
            elements=form.asked,
            fields=len(form.elements),
            times=count,
            rows=count,
        )
        for deed, form in FORMS_BY_DEED.items()
        if (count := counts.get(deed, 0))
    ]
