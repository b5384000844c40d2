"""Charging: who pays for a request, from which budget, and what is told when it is spent."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from civicnet.contract import Actor, CivicNetError
from civicnet.contract.addresses import address_of, neighbourhood
from civicnet.gateway.budget import leases
from civicnet.gateway.budget.addresses import give_back, spend_from

ANONYMOUS_KEY = "anonymous"
# What an answer costs that was made before.
KEPT_ANSWER_COST = 1
# What a GraphQL Int holds.
_MOST_TOLD = 2**31 - 1


class BudgetSpent(CivicNetError):
    """The caller has spent its budget of this hour; nothing has run. ``headers`` say when to come again."""

    code = "BUDGET_SPENT"
    status = 429

    def __init__(self, spent: leases.Spent, cost: int) -> None:
        seconds = max(spent.resets_at - int(time.time()), 1)
        told = {"cost": cost, "left": spent.remaining, "limit": spent.limit, "minutes": -(-seconds // 60)}
        super().__init__(
            _(
                "This costs %(cost)d, and %(left)d of %(limit)d is left in this hour. "
                "Ask for less, or come again in %(minutes)d minutes."
            )
            % told
        )
        self.headers = {"Retry-After": str(seconds)}


@dataclass(slots=True)
class Standing:
    """Where the caller's budget stands after its request was charged ``cost``."""

    spent: leases.Spent
    cost: int

    @property
    def limit(self) -> int:
        """What may be spent in an hour."""
        return min(self.spent.limit, _MOST_TOLD)

    @property
    def remaining(self) -> int:
        """What is left of it."""
        return min(self.spent.remaining, _MOST_TOLD)

    @property
    def used(self) -> int:
        """What is spent of it, or leased by other processes."""
        return min(self.spent.used, _MOST_TOLD)

    @property
    def reset_at(self) -> datetime:
        """When the next hour begins."""
        return datetime.fromtimestamp(self.spent.resets_at, UTC)


def charge(environ: Mapping[str, Any], actor: Actor, cost: int) -> Standing | None:
    """Charge a request, given by its WSGI environment, before it runs. No statement while this process's lease lasts.

    An API client pays from its own budget, who comes without a key from that of its address and from the one that all of
    them share. People who are signed in are not charged: None.

    Raises:
        BudgetSpent: not enough is left, and nothing was taken.
    """
    if actor.kind == "client":
        return _told(leases.spend(client_key(actor.id), cost, hourly_cost(actor.hourly_cost)), cost)
    return _charge_anonymous(environ, cost) if actor.kind == "anonymous" else None


def _charge_anonymous(environ: Mapping[str, Any], cost: int) -> Standing | None:
    own = None
    address = ""
    if limit := settings.CIVICNET_GRAPHQL_ADDRESS_HOURLY_COST:
        address = neighbourhood(address_of(environ))
        own = spend_from(address, cost, limit)
        if not own.within:
            raise BudgetSpent(own, cost)
    shared = leases.spend(ANONYMOUS_KEY, cost, settings.CIVICNET_GRAPHQL_ANONYMOUS_HOURLY_COST)
    if shared and not shared.within and own:
        give_back(address, cost)
    found = [one for one in (own, shared) if one]
    return _told(min(found, key=lambda one: (one.within, one.remaining)) if found else None, cost)


def client_key(pk: str | int) -> str:
    """By what name the budget of an API client is kept."""
    return f"client:{pk}"


def hourly_cost(own: int | None) -> int:
    """What a client may spend in an hour: its own number, or the usual one; 0 for no limit."""
    return int(settings.CIVICNET_GRAPHQL_HOURLY_COST if own is None else own)


def _told(spent: leases.Spent | None, cost: int) -> Standing | None:
    if spent is None:
        return None
    if not spent.within:
        raise BudgetSpent(spent, cost)
    return Standing(spent, cost)
