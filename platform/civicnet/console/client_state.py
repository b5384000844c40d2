"""The state of an API client in one word: what an administrator has to do about it, if anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from civicnet.access.models import ApiClient, ApiKey

# Long enough for another office to answer a letter.
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class State:
    """A kind for colour and icon, and words for everybody."""

    kind: str
    icon: str
    words: str


def state_of(client: ApiClient, *, now: datetime | None = None) -> State:
    """Revoked, expired, without a way in, ending soon, or valid."""
    moment = now or timezone.now()
    if client.revoked_at:
        return State("ended", "cross", pgettext("API client", "revoked"))
    if client.expires_at and client.expires_at <= moment:
        return State("ended", "history", pgettext("API client", "expired"))
    ends = [key.expires_at for key in client.keys.all() if _is_live(key, moment)]
    if client.application_id:
        ends.append(None)
    if not ends:
        return State("ended", "warning", _("no valid key"))
    last = None if None in ends else max(end for end in ends if end)
    end = min((one for one in (client.expires_at, last) if one), default=None)
    if end and end <= moment + SOON:
        days = (end - moment).days
        words = ngettext("ends in %(days)d day", "ends in %(days)d days", days) if days else _("ends within a day")
        return State("soon", "warning", words % {"days": days} if days else words)
    return State("valid", "check", pgettext("API client", "valid"))


def key_state(key: ApiKey, *, now: datetime | None = None) -> State:
    """One key by itself, whatever its client's state."""
    moment = now or timezone.now()
    if key.revoked_at:
        return State("ended", "cross", pgettext("API client", "revoked"))
    if key.expires_at and key.expires_at <= moment:
        return State("ended", "history", pgettext("API client", "expired"))
    if key.expires_at:
        end = timezone.localtime(key.expires_at).strftime("%Y-%m-%d %H:%M")
        return State("soon", "time", _("ends by itself at %(end)s") % {"end": end})
    return State("valid", "check", pgettext("API client", "valid"))


def last_use(client: ApiClient) -> datetime | None:
    """The latest use of any of its keys, or token fetched."""
    times: list[Any] = [key.last_used_at for key in client.keys.all()]
    return max((time for time in (*times, client.token_used_at) if time), default=None)


def _is_live(key: ApiKey, moment: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > moment)
