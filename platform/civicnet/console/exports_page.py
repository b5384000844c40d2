"""What the export pages show: forms, the requests of a person, and where one of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from civicnet.access.models import Organisation
from civicnet.access.reveals import MOST_REASON
from civicnet.contract import Actor
from civicnet.exchange.models import FETCHABLE, DisclosureRequest, DisclosureState
from civicnet.exchange.offers import offered, places_to_disclose
from civicnet.exchange.permissions import asked, can_decide
from civicnet.exchange.resource import ImportResource

_ICONS = {
    DisclosureState.REQUESTED: "history",
    DisclosureState.APPROVED: "rotate",
    DisclosureState.REFUSED: "cross",
    DisclosureState.PREPARED: "download",
    DisclosureState.FETCHED: "check",
    DisclosureState.EXPIRED: "minus",
}
_WHY_ENDED = {
    "FORBIDDEN": gettext_lazy("No file was made: your post no longer allows these rows."),
    "GAVE_UP": gettext_lazy("The platform tried several times and could not make the file. Tell your administrator."),
}
_STEPS = (
    pgettext_lazy("disclosure step", "Ask"),
    pgettext_lazy("disclosure step", "Second person decides"),
    pgettext_lazy("disclosure step", "File is made"),
    pgettext_lazy("disclosure step", "Fetch"),
)
_STEP_OF = {
    DisclosureState.REQUESTED: 1,
    DisclosureState.APPROVED: 2,
    DisclosureState.PREPARED: 3,
    DisclosureState.FETCHED: 3,
}


class PlaceField(forms.ModelChoiceField):
    """An area; those below the largest one are set in."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Code and name."""
        return f"{obj.code} {obj.name}"


class AskForm(forms.Form):
    """Which rows, in which file, and what for."""

    resource = forms.ChoiceField(label=gettext_lazy("What do you need?"))
    organisation = PlaceField(
        label=gettext_lazy("Of which area?"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("Ask for no more than you need: whoever decides sees the area and the number of rows."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Which file?"), choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)")]
    )
    reason = forms.CharField(
        label=gettext_lazy("What do you need the full values for?"),
        max_length=MOST_REASON,
        help_text=gettext_lazy("A second person reads it and decides; it is kept in the audit."),
        error_messages={"required": gettext_lazy("Say in a few words what you need it for: the reason is kept.")},
    )

    def __init__(self, kinds: Iterable[type[ImportResource]], actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        known = list(kinds)
        places = {place.pk for kind in known for place in places_to_disclose(actor, kind)}
        self.fields["resource"].choices = [(one.key, one.label) for one in known]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=places).order_by("path")  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """What the second person says."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=MOST_REASON,
        required=False,
        help_text=gettext_lazy("Needed if you do not approve; the requester reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})


def lines(requests: Iterable[DisclosureRequest]) -> list[dict[str, Any]]:
    """Requests with what a list shows of them."""
    return [{"request": one, "label": label_of(one), "icon": _ICONS[DisclosureState(one.state)]} for one in requests]


def label_of(request: DisclosureRequest) -> Any:
    """The kind of rows in words, or its key while the plugin is off."""
    kind = offered().get(request.resource)
    return kind.label if kind else request.resource


def page_of(request: DisclosureRequest, actor: Actor, form: DecideForm | None = None) -> dict[str, Any]:
    """Everything the page of one request shows."""
    now, state = timezone.now(), DisclosureState(request.state)
    alive = request.expires_at > now
    return {
        "disclosure": request,
        "label": label_of(request),
        "mine": asked(actor, request),
        "steps": _STEPS if state in _STEP_OF else (),
        "step": _STEP_OF.get(state, 0),
        "words": words(request, alive=alive),
        "may_decide": state == DisclosureState.REQUESTED and alive and can_decide(actor, request),
        "may_fetch": asked(actor, request) and state in FETCHABLE and alive and request.fetches_left > 0,
        "preparing": state == DisclosureState.APPROVED and not request.error_code,
        "form": form or DecideForm(),
    }


def words(request: DisclosureRequest, *, alive: bool) -> str:
    """Where the request stands, and what comes next."""
    state = DisclosureState(request.state)
    if state == DisclosureState.EXPIRED and request.error_code in _WHY_ENDED:
        return str(_WHY_ENDED[request.error_code])
    if state == DisclosureState.EXPIRED or (not alive and state != DisclosureState.REFUSED):
        return _("This request is over; a file, if there was one, is deleted. Ask again if you still need it.")
    if state == DisclosureState.REFUSED:
        return _("The second person did not approve. Nothing was taken out.")
    if state == DisclosureState.REQUESTED:
        return _("Waiting for a second person to decide. You can leave this page.")
    if state == DisclosureState.APPROVED and request.error_code:
        return _("The plugin for these rows is switched off. The file is made when it is on again.")
    if state == DisclosureState.APPROVED:
        return _("Approved. The file of about %(rows)d rows is being made; you can leave this page.") % {
            "rows": request.rows_asked
        }
    if not request.fetches_left:
        return pgettext("disclosure", "The file was fetched as often as allowed.")
    return _("The file with %(rows)d rows is ready. It can be fetched %(left)d more times, until %(until)s.") % {
        "rows": request.rows,
        "left": request.fetches_left,
        "until": timezone.localtime(request.expires_at).strftime("%Y-%m-%d %H:%M"),
    }
