"""What assessment asks for: its forms, in sums; of no person."""

from __future__ import annotations

from datetime import datetime

from civicnet.contract import Actor, Asking
from civicnet_assessment.models import AssessmentForm
from civicnet_assessment.selectors import forms_asked

# Points and what they rest on.
_FIELDS_OF_AN_ITEM = 2


def askings(*, actor: Actor, since: datetime) -> list[Asking]:
    """Each form as its office asks it. Two statements."""
    return [_asking(form) for form in forms_asked(actor, since)]


def _asking(form: AssessmentForm) -> Asking:
    items = list(form.items.all())
    filed: int = form.filed  # type: ignore[attr-defined]
    return Asking(
        asker=form.organisation.name,
        what=form.title,
        elements=tuple(one.element for one in items if one.element),
        # And the comment below them.
        fields=len(items) * _FIELDS_OF_AN_ITEM + 1,
        times=filed,
        rows=filed,
        kept={one.element: one.kept_reason for one in items if one.kept_reason},
    )
