"""Opening a form with its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_assessment.events import FormOpened
from civicnet_assessment.models import AssessmentForm, AssessmentItem, Method
from civicnet_assessment.permissions import can_open_form


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item of a form that is to be opened."""

    code: str
    label: str
    most: Decimal
    method: str


@transaction.atomic
def open_form(
    *,
    year: int,
    title: str,
    organisation: Organisation,
    opens: date,
    closes: date,
    items: Sequence[NewItem],
    actor: Actor,
    regular_weight: int = 60,
    annual_weight: int = 40,
) -> AssessmentForm:
    """Open a form for everyone who serves under an organisation. Items keep their order.

    Raises:
        Refused: the actor may not open forms there.
        InvalidInput: dates, weights or items break a rule; ``field`` says which.
        Conflict: the organisation has a form of this title in this year.
    """
    require(can_open_form(actor, organisation))
    if not title.strip():
        raise InvalidInput(_("Give the form a title."), field="title")
    if closes < opens:
        raise InvalidInput(_("The form closes before it opens."), field="closes")
    _check_weights(regular_weight, annual_weight)
    _check_items(items)
    if AssessmentForm.objects.filter(organisation=organisation, year=year, title=title.strip()).exists():
        raise Conflict(_("There is already a form of this title in this year."), field="title")
    form = AssessmentForm.objects.create(
        year=year,
        title=title.strip(),
        organisation=organisation,
        opens=opens,
        closes=closes,
        regular_weight=regular_weight,
        annual_weight=annual_weight,
    )
    AssessmentItem.objects.bulk_create(
        AssessmentItem(form=form, code=one.code, label=one.label, most=one.most, order=order, method=one.method)
        for order, one in enumerate(items, start=1)
    )
    after = {
        "year": year,
        "opens": opens.isoformat(),
        "closes": closes.isoformat(),
        "items": [one.code for one in items],
    }
    record(actor=actor, action="assessment.open_form", subject=form, after=after)
    announce(FormOpened(form_id=form.pk, organisation_code=organisation.code))
    return form


def _check_weights(regular: int, annual: int) -> None:
    if regular + annual != 100 or min(regular, annual) < 0:
        raise InvalidInput(_("The two weights make 100 together."), field="annual_weight")
    if regular < annual:
        raise InvalidInput(_("Regular assessment weighs at least as much as the annual one."), field="regular_weight")


def _check_items(items: Sequence[NewItem]) -> None:
    if not items:
        raise InvalidInput(_("A form has at least one item."), field="items")
    twice = [code for code, times in Counter(one.code for one in items).items() if times > 1]
    if twice:
        raise InvalidInput(_("The code %(code)s comes twice.") % {"code": twice[0]}, field="items")
    for one in items:
        if not one.code or not one.label.strip() or one.method not in Method.values:
            raise InvalidInput(_("An item needs a code, a name and a method."), field="items")
        if not one.most.is_finite() or one.most <= 0:
            raise InvalidInput(_("%(item)s: an item brings more than 0 points.") % {"item": one.label}, field="items")
