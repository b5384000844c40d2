"""Use of the schema: which fields of plugins who calls, counted without a write per request, and told before a switch moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import time as now
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from civicnet.contract import Actor, Schedule
from civicnet.gateway.models import FieldUse
from civicnet.gateway.parts import owner_of
from civicnet.lifecycle.schedules import register
from civicnet.lifecycle.tally import Tally, write_all_tallies

KEPT_DAYS = 400
_STAFF, _ANONYMOUS = "staff", ""
_LONGEST = 200
# Fields of plugins, each with its plugin.
Uses = tuple[tuple[str, str], ...]


class _Calls(Tally):
    # Counts by all the fields that a call uses together, which is one key a request, and takes them apart to write them.
    def _apart(self, counted: dict[tuple[Any, ...], list[float]]) -> dict[tuple[Any, ...], list[float]]:
        found: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0])
        for (*who, uses), (calls, *_most) in counted.items():
            for one in uses:
                found[(*who, *one)][0] += calls
        return found


_calls = _Calls(FieldUse, keys=("day", "client", "client_label", "plugin", "field"), sums=("calls",), most="")
# The day of the city's clock, and the moment at which it ends: asking for it anew would cost more than the counting.
_today = date.min, 0.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called fields of a plugin: which ones, how often and when last.

    ``label`` names an organisation's system, or says that calls came without a key or from people signed in.
    """

    client: str
    label: str
    fields: tuple[str, ...]
    calls: int
    last_day: date


def uses_of(schema: GraphQLSchema, tree: DocumentNode) -> Mapping[str, Uses]:
    """The fields of plugins that a valid document uses, for each of its operations by ``operation_key``."""
    fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
    operations = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    return {operation_key(one): _uses(schema, one, fragments) for one in operations}


def operation_key(operation: OperationDefinitionNode) -> str:
    """The operation's name; "" for the one that has none."""
    return operation.name.value if operation.name else ""


def count(actor: Actor, uses: Uses) -> None:
    """Count one call of each field for whoever calls; staff are one caller, whoever they are."""
    if not uses:
        return
    _calls.add((today(), *caller_key(actor), uses), 1)


def caller_key(actor: Actor) -> tuple[str, str]:
    """By what an actor is counted: number and name of an API client; staff are one caller, whoever they are."""
    if actor.kind == "client":
        return actor.id, actor.label
    return _STAFF if actor.kind == "staff" else _ANONYMOUS, ""


def callers(slug: str, *, days: int = 30) -> list[Caller]:
    """Who called fields of a plugin within so many days, those who called most first.

    For whoever may move switches. A client's ``calls`` are those of root fields; what it reached by ``node`` alone counts
    as often as its most asked field.
    """
    by_client: dict[str, list[Caller]] = defaultdict(list)
    for found in fields_used(slug, days=days).values():
        for one in found:
            by_client[one.client].append(one)
    return sorted(map(_together, by_client.values()), key=lambda one: (-one.calls, one.label))


def fields_used(slug: str, *, days: int = 30) -> dict[str, list[Caller]]:
    """The fields of a plugin that were called within so many days, each with its callers. This process's own counts are in."""
    write_all_tallies()
    since = timezone.localdate() - timedelta(days=days)
    rows = FieldUse.objects.filter(plugin=slug, day__gt=since).values("field", "client", "client_label")
    found: dict[str, dict[str, Caller]] = defaultdict(dict)
    for row in rows.annotate(total=Sum("calls"), last=Max("day")).order_by("last", "field", "client"):
        field, client = row["field"], row["client"]
        known = found[field].get(client)
        # A client that was renamed goes by its newest name.
        calls = row["total"] + (known.calls if known else 0)
        found[field][client] = Caller(client, caller_label(client, row["client_label"]), (field,), calls, row["last"])
    return {field: list(one.values()) for field, one in sorted(found.items())}


def keep_uses() -> None:
    """Have old counts deleted every night; called when the app is ready."""
    label = gettext_lazy("Delete counts of GraphQL calls older than 400 days")
    register(Schedule("gateway.forget_uses", label, forget_uses, daily_at=time(3, 40)))


def forget_uses(*, today: date | None = None) -> int:
    """Delete counts past their time; returns how many."""
    before = (today or timezone.localdate()) - timedelta(days=KEPT_DAYS)
    return FieldUse.objects.filter(day__lt=before).delete()[0]


def today() -> date:
    """The day by the city's clock."""
    global _today
    day, ends = _today
    if now() >= ends:
        zone = timezone.get_default_timezone()
        day = timezone.localdate(timezone=zone)
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()), zone)
        _today = day, midnight.timestamp()
    return day


def _uses(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Uses:
    root = schema.get_root_type(operation.operation)
    found: set[tuple[str, str]] = set()
    spread: set[str] = set()
    waiting: list[tuple[SelectionSetNode, GraphQLNamedType | None]] = [(operation.selection_set, root)]
    while waiting:
        selections, parent = waiting.pop()
        for one in selections.selections:
            if isinstance(one, FieldNode):
                # What the language itself knows, such as __typename, is nobody's.
                if parent is None or (field := getattr(parent, "fields", {}).get(one.name.value)) is None:
                    continue
                if owner := owner_of(one.name.value if parent is root else parent.name):
                    found.add((owner, f"{parent.name}.{one.name.value}"[:_LONGEST]))
                if one.selection_set:
                    waiting.append((one.selection_set, get_named_type(field.type)))
            elif isinstance(one, InlineFragmentNode):
                named = one.type_condition.name.value if one.type_condition else None
                waiting.append((one.selection_set, schema.type_map[named] if named else parent))
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in spread:
                spread.add(one.name.value)
                fragment = fragments[one.name.value]
                waiting.append((fragment.selection_set, schema.type_map[fragment.type_condition.name.value]))
    return tuple(sorted(found))


def _together(parts: Iterable[Caller]) -> Caller:
    known = sorted(parts, key=lambda one: one.last_day)
    newest, fields = known[-1], {one.fields[0]: one.calls for one in known}
    roots = sum(calls for field, calls in fields.items() if field.startswith(("Query.", "Mutation.")))
    return Caller(newest.client, newest.label, tuple(sorted(fields)), max(roots, *fields.values()), newest.last_day)


def caller_label(client: str, label: str) -> str:
    """How a caller is named to people."""
    if client == _STAFF:
        return _("people who are signed in")
    return label if client else _("callers without a key")
