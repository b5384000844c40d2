"""Opening a form with its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.exchange.asking import flags
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_assessment.errors import HeldAlready
from civicnet_assessment.events import FormOpened
from civicnet_assessment.models import AssessmentForm, AssessmentItem, Method
from civicnet_assessment.models.form import MOST_REASON
from civicnet_assessment.permissions import can_open_form


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item of a form that is to be opened.

    ``element`` is the key of the data element it asks for; ``kept_reason`` says why, should that be held already.
    """

    code: str
    label: str
    most: Decimal
    method: str
    element: str = ""
    kept_reason: str = ""


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
        HeldAlready: an item asks for what is held and fresh, and gives no reason.
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
    items = asked_once(items, paths=[organisation.path])
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
        AssessmentItem(
            form=form,
            code=one.code,
            label=one.label,
            most=one.most,
            order=order,
            method=one.method,
            element=one.element,
            kept_reason=one.kept_reason,
        )
        for order, one in enumerate(items, start=1)
    )
    after = {
        "year": year,
        "opens": opens.isoformat(),
        "closes": closes.isoformat(),
        "items": [one.code for one in items],
        "kept": sorted(one.element for one in items if one.kept_reason),
    }
    record(actor=actor, action="assessment.open_form", subject=form, after=after)
    announce(FormOpened(form_id=form.pk, organisation_code=organisation.code))
    return form


def asked_once(items: Sequence[NewItem], *, paths: Sequence[str]) -> list[NewItem]:
    """The items, each with the element it asks for: the one that was picked, or the one it is worded like.

    A reason stays only where it has something to explain.

    Raises:
        InvalidInput: an item names an element that nobody declares, or a reason is too long.
        HeldAlready: what an item asks for is held under these organisations and fresh, and there is no reason.
    """
    settled, faults = [], {}
    flagged = flags([(one.label, one.element) for one in items], paths=paths)
    for place, (one, found) in enumerate(zip(items, flagged, strict=True)):
        certain = [flag for flag in found if flag.certain]
        if one.element and not certain:
            raise InvalidInput(
                _("%(item)s: there is no data element %(element)s.") % {"item": one.label, "element": one.element},
                field="items",
            )
        if len(one.kept_reason) > MOST_REASON:
            raise InvalidInput(_("%(item)s: the reason is too long.") % {"item": one.label}, field="items")
        stands, reason = next((flag for flag in certain if flag.stands), None), one.kept_reason.strip()
        if stands and not reason:
            faults[place] = stands.sentence
        settled.append(replace(one, element=certain[0].key if certain else "", kept_reason=reason if stands else ""))
    if faults:
        raise HeldAlready(faults)
    return settled


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
