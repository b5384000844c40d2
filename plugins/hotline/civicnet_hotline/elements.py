"""What the hotline asks for: elements, the forms that fill them, and how often they were filled in."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor, Asking, DataElement, Questionnaire
from civicnet_hotline.forms import (
    AskForm,
    DispatchForm,
    ErrorForm,
    FollowUpForm,
    LookUpForm,
    ReplyForm,
    ReturnForm,
    WithdrawForm,
)
from civicnet_hotline.models import Action
from civicnet_hotline.selectors import cases_with_a_phone_under, filled_in_by_hand

_CASES = _("the cases of the hotline")
_HALF_A_YEAR = 180


ELEMENTS = [
    DataElement(
        key="caller.name",
        label=_("Name of a caller"),
        definition=_("How a resident who asks for something wants to be addressed."),
    ),
    DataElement(
        key="caller.phone",
        label=_("Phone of a caller"),
        definition=_("The number under which a resident is answered, kept encrypted until the case is long over."),
        held_by=_CASES,
        holder=cases_with_a_phone_under,
        fresh_days=_HALF_A_YEAR,
    ),
    DataElement(
        key="case.category",
        label=_("Kind of matter"),
        definition=_("The category of a request."),
    ),
    DataElement(
        key="case.description",
        label=_("What happened"),
        definition=_("What a resident says of a matter."),
    ),
    DataElement(key="case.address", label=_("Place of a matter"), definition=_("Where it happened.")),
    DataElement(
        key="case.reply", label=_("Reply to a resident"), definition=_("What was done about a request, in words.")
    ),
    DataElement(
        key="case.return_reason",
        label=_("Reason of a return"),
        definition=_("Why a case cannot be handled where it was sent."),
    ),
    DataElement(key="case.solved", label=_("Solved or not"), definition=_("Whether a resident finds a matter solved.")),
    DataElement(
        key="case.satisfaction",
        label=_("Satisfaction with a reply"),
        definition=_("How satisfied a resident is, from 1 to 5."),
        aliases=("满意度", "群众满意度"),
    ),
    DataElement(
        key="case.post", label=_("Post for a case"), definition=_("The post to which a case is given by hand.")
    ),
]

ASK = Questionnaire("hotline.ask", pgettext_lazy("questionnaire", "A resident's request"), AskForm)
# With the steps that are taken by handing the form in.
OF_STEPS = {
    Questionnaire("hotline.reply", pgettext_lazy("questionnaire", "A reply to a case"), ReplyForm): (Action.REPLY,),
    Questionnaire("hotline.return", pgettext_lazy("questionnaire", "A case sent back"), ReturnForm): (Action.RETURN,),
    Questionnaire("hotline.follow_up", pgettext_lazy("questionnaire", "A follow-up with a resident"), FollowUpForm): (
        Action.COMPLETE,
        Action.REOPEN,
    ),
    Questionnaire("hotline.dispatch", pgettext_lazy("questionnaire", "A case given out by hand"), DispatchForm): (
        Action.DISPATCH,
    ),
    Questionnaire("hotline.withdraw", pgettext_lazy("questionnaire", "A request taken back"), WithdrawForm): (
        Action.WITHDRAW,
    ),
}
QUESTIONNAIRES = [
    ASK,
    *OF_STEPS,
    Questionnaire("hotline.report", pgettext_lazy("questionnaire", "An error on a page"), ErrorForm),
    Questionnaire("hotline.look_up", pgettext_lazy("questionnaire", "The progress of a request"), LookUpForm),
]


def askings(*, actor: Actor, since: datetime) -> list[Asking]:
    """Forms that people filled in by hand; what portals sent in was asked there. Two statements."""
    requests, steps = filled_in_by_hand(actor, since)
    counts = {ASK: requests} | {form: sum(steps.get(one, 0) for one in taken) for form, taken in OF_STEPS.items()}
    return [
        Asking(
            asker=_("Hotline"),
            what=form.label,
            elements=form.asked,
            fields=len(form.elements),
            times=count,
            rows=count,
        )
        for form, count in counts.items()
        if count
    ]
