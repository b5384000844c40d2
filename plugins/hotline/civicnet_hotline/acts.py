"""Acts: what staff may press on a case, in one table for the desk and the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor, CivicNetError
from civicnet_hotline import permissions, services
from civicnet_hotline.forms import FollowUpForm, NothingForm, ReplyForm, ReturnForm, WithdrawForm
from civicnet_hotline.models import TRANSITIONS, Action, Case


@dataclass(frozen=True, slots=True)
class Act:
    """One button: where it may be pressed, by whom, what it asks, and which service it calls."""

    slug: str
    label: Any
    done: Any
    action: Action
    allowed: Callable[[Actor, Case], bool]
    form: type[forms.Form]
    service: Callable[..., Case]

    def fits(self, actor: Actor, case: Case) -> bool:
        """Whether the act is offered to this actor on this case."""
        return case.state in TRANSITIONS[self.action].sources and self.allowed(actor, case)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: a form without errors was done."""

    form: forms.Form
    status: int = 200


ACTS = {
    act.slug: act
    for act in [
        Act(
            "sign",
            pgettext_lazy("hotline act", "Sign for it"),
            _("%(number)s is signed for."),
            Action.SIGN_FOR,
            permissions.can_handle,
            NothingForm,
            services.sign_for_case,
        ),
        Act(
            "reply",
            pgettext_lazy("hotline act", "Reply"),
            _("The reply to %(number)s is on its way."),
            Action.REPLY,
            permissions.can_handle,
            ReplyForm,
            services.reply_to_case,
        ),
        Act(
            "return",
            pgettext_lazy("hotline act", "Return it"),
            _("%(number)s went back to the dispatcher."),
            Action.RETURN,
            permissions.can_handle,
            ReturnForm,
            services.return_case,
        ),
        Act(
            "follow-up",
            pgettext_lazy("hotline act", "Follow up"),
            _("What the resident said of %(number)s is recorded."),
            Action.COMPLETE,
            permissions.can_follow_up,
            FollowUpForm,
            services.follow_up_case,
        ),
        Act(
            "withdraw",
            pgettext_lazy("hotline act", "Withdraw it"),
            _("%(number)s is withdrawn."),
            Action.WITHDRAW,
            permissions.can_withdraw,
            WithdrawForm,
            services.withdraw_case,
        ),
    ]
}


def offered(actor: Actor, case: Case) -> list[Act]:
    """The acts that the actor may take on the case now."""
    return [act for act in ACTS.values() if act.fits(actor, case)]


def perform(act: Act, *, actor: Actor, case: Case, data: QueryDict) -> Outcome:
    """Take the act with what was filled in; what stands against it is told in the form."""
    form = act.form(data)
    if not form.is_valid():
        return Outcome(form, 400)
    try:
        act.service(actor=actor, case=case, **form.cleaned_data)
    except CivicNetError as error:
        tell(form, error)
        return Outcome(form, error.status)
    return Outcome(form)


def tell(form: forms.Form, error: CivicNetError) -> None:
    """Put an error beside the field it is about, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
