"""Links: asking addresses outside whether they still answer, each once, in bounded time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from civicnet.contract import InvalidInput
from civicnet.delivery.models import Failure
from civicnet.delivery.outgoing import look
from civicnet.delivery.targets import LONGEST, Unsent, read_link
from civicnet_publicity.models import LinkAnswer
from civicnet_publicity.selectors.checking import addresses_due

AGAIN_AFTER = timedelta(days=7)
# One takes fifteen seconds at most, so a run ends well within an hour.
MOST_AT_ONCE = 200
# These answer, if not to us: they ask for a sign-in, or keep programs out.
_ALIVE = frozenset((401, 403, 405, 406, 429))
_HEADERS = {"User-Agent": "CivicNet link check", "Accept": "*/*"}


def ask_addresses(urls: Iterable[str], *, now: datetime | None = None) -> int:
    """Ask addresses and keep what came of it; returns how many did not answer as they should."""
    at = now or timezone.now()
    return sum(bool(_keep(url, *_answer(url), at)) for url in sorted(set(urls))[:MOST_AT_ONCE] if len(url) <= LONGEST)


def ask_again(*, now: datetime | None = None) -> int:
    """Ask those again that were asked longest ago, a week or more; returns how many did not answer."""
    at = now or timezone.now()
    return ask_addresses(addresses_due(at - AGAIN_AFTER, MOST_AT_ONCE), now=at)


def _answer(url: str) -> tuple[int | None, str]:
    try:
        status = look(read_link(url), _HEADERS)
    except InvalidInput:
        return None, Failure.ADDRESS.value
    except Unsent as unsent:
        return unsent.status, unsent.failure.value
    return status, "" if status < 400 or status in _ALIVE else Failure.STATUS.value


@transaction.atomic
def _keep(url: str, status: int | None, failure: str, at: datetime) -> str:
    # Its own transaction: what was asked is kept, whatever becomes of the next.
    LinkAnswer.objects.update_or_create(url=url, defaults={"status": status, "failure": failure, "asked_at": at})
    return failure
