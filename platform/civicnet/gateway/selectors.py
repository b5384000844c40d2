"""What may be told of traffic: to whoever looks after API clients, of those clients, of callers without a key, and of staff
as one."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from civicnet.access.clients import visible_clients
from civicnet.contract import Actor
from civicnet.gateway.budget.charging import ANONYMOUS_KEY, client_key, hourly_cost
from civicnet.gateway.budget.leases import HOUR
from civicnet.gateway.models import CallerDay, FieldUse, HourBudget, RefusedDay, SlowDocument
from civicnet.gateway.usage import caller_label
from civicnet.lifecycle.tally import write_all_tallies

_SUMMED = ("requests", "refused", "kept", "cost", "ms")


@dataclass(frozen=True, slots=True)
class CallerSums:
    """A caller with what it asked in some days, all together; ``client`` as in ``FieldUse``."""

    client: str
    label: str
    requests: int
    refused: int
    kept: int
    cost: int
    ms: int

    @property
    def kept_share(self) -> int:
        """How many of a hundred answers were given again."""
        return round(100 * self.kept / self.requests) if self.requests else 0

    @property
    def mean_ms(self) -> float:
        """How long a request took."""
        return round(self.ms / self.requests, 1) if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class FieldCaller:
    """How often a caller used a field of a plugin in some days, and when last; ``client`` as in ``FieldUse``."""

    plugin: str
    field: str
    client: str
    label: str
    calls: int
    last_day: date


@dataclass(frozen=True, slots=True)
class HourUse:
    """How much of this hour's budget a caller has used; what its processes have leased counts."""

    label: str
    used: int
    limit: int

    @property
    def percent(self) -> int:
        """Of the budget."""
        return round(100 * self.used / self.limit) if self.limit else 0


def callers_of_days(actor: Actor, *, days: int) -> list[CallerSums]:
    """Everybody who called within so many days, whose requests cost most first. This process's own counts are in."""
    write_all_tallies()
    rows = CallerDay.objects.filter(_within(actor, days)).values("client")
    found: Any = rows.annotate(**{f"all_{name}": Sum(name) for name in _SUMMED}).order_by()
    labels = _labels(actor)
    sums = [
        CallerSums(row["client"], labels[row["client"]], *(row[f"all_{name}"] for name in _SUMMED)) for row in found
    ]
    return sorted(sums, key=lambda one: (-one.cost, -one.requests, one.label))


def cost_by_day(actor: Actor, *, days: int) -> tuple[list[date], dict[str, dict[date, tuple[int, int]]]]:
    """The days, oldest first, and for each caller by number its requests and cost of those on which it called."""
    found: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    rows = CallerDay.objects.filter(_within(actor, days)).values("client", "day")
    for row in rows.annotate(asked=Sum("requests"), spent=Sum("cost")).order_by("day"):
        found[row["client"]][row["day"]] = row["asked"], row["spent"]
    today = timezone.localdate()
    return [today - timedelta(days=ago) for ago in reversed(range(days))], found


def field_callers(actor: Actor, *, days: int, plugin: str = "", most: int) -> list[FieldCaller]:
    """Which fields of a plugin, or of all, were used within so many days and by whom; at most so many, most calls first."""
    uses = FieldUse.objects.filter(_within(actor, days), **({"plugin": plugin} if plugin else {}))
    rows: Any = uses.values("plugin", "field", "client").annotate(total=Sum("calls"), last=Max("day"))
    labels = _labels(actor)
    return [
        FieldCaller(row["plugin"], row["field"], row["client"], labels[row["client"]], row["total"], row["last"])
        for row in rows.order_by("-total", "field", "client")[:most]
    ]


def plugins_used(actor: Actor, *, days: int) -> list[str]:
    """Slugs of the plugins of which a field was used within so many days."""
    write_all_tallies()
    used = FieldUse.objects.filter(_within(actor, days)).order_by("plugin").values_list("plugin", flat=True)
    return list(used.distinct())


def refusals_by_code(actor: Actor, *, days: int) -> list[tuple[str, int]]:
    """How often each code was told within so many days, most often first."""
    rows = RefusedDay.objects.filter(_within(actor, days)).values("code").annotate(total=Sum("times"))
    return [(row["code"], row["total"]) for row in rows.order_by("-total", "code")]


def budgets_of_this_hour(actor: Actor) -> list[HourUse]:
    """Budgets that were used in this hour, the fullest first; all who call without a key as one."""
    hour = datetime.fromtimestamp(time.time() // HOUR * HOUR, UTC)
    leased = dict(HourBudget.objects.filter(hour=hour).values_list("key", "leased"))
    clients = visible_clients(actor).filter(revoked_at=None)
    found = [HourUse(one.name, leased.get(client_key(one.pk), 0), hourly_cost(one.hourly_cost)) for one in clients]
    shared = settings.CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST
    found.append(HourUse(caller_label("", ""), leased.get(ANONYMOUS_KEY, 0), shared))
    return sorted((one for one in found if one.used and one.limit), key=lambda one: (-one.percent, one.label))


def slow_documents(actor: Actor) -> QuerySet[SlowDocument]:
    """Slow queries, those first that cost most time together. They name no person, and a client only by what it is called."""
    write_all_tallies()
    return SlowDocument.objects.order_by("-total_ms", "pk") if _clients(actor) else SlowDocument.objects.none()


def _clients(actor: Actor) -> Sequence[str]:
    # Callers without a key and staff are nobody's clients, and everybody's concern who looks after any.
    return ["", "staff", *(str(pk) for pk in visible_clients(actor).values_list("pk", flat=True))]


def _within(actor: Actor, days: int) -> Q:
    return Q(client__in=_clients(actor), day__gt=timezone.localdate() - timedelta(days=days))


def _labels(actor: Actor) -> dict[str, str]:
    named = {str(pk): name for pk, name in visible_clients(actor).values_list("pk", "name")}
    return named | {one: caller_label(one, "") for one in ("", "staff")}
