"""Traffic: what each client asks in a day, in sums; and which documents are slow, without any value that people wrote.

Counted in memory and written by the tallies, like the use of fields.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy
from graphql import (
    SKIP,
    ArgumentNode,
    DocumentNode,
    FloatValueNode,
    IntValueNode,
    StringValueNode,
    Visitor,
    print_ast,
    visit,
)

from civicnet.contract import ANONYMOUS, Actor, Schedule
from civicnet.gateway.models import CallerDay, HourBudget, RefusedDay, SlowDocument
from civicnet.gateway.prices import SIZES
from civicnet.gateway.usage import KEPT_DAYS, caller_key, today
from civicnet.lifecycle.schedules import register
from civicnet.lifecycle.tally import Tally

SLOW_DAYS = timedelta(days=30)
MOST_SLOW = 500
# Of what one process keeps in mind until the next writing.
_MOST_WAITING = 100
_WHO = ("day", "client", "client_label")


class _SlowCalls(Tally):
    # The text is no key, and is written beside the sums.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: dict[tuple[str, str], dict[str, Any]] = {}

    def write(self) -> None:
        super().write()
        self.told.clear()

    def _write(self, key: dict[str, Any], amounts: list[float]) -> None:
        super()._write(key, amounts)
        told = self.told.get((key["digest"], key["operation"]), {})
        SlowDocument.objects.filter(**key).update(**told)
        if SlowDocument.objects.count() > MOST_SLOW:
            kept = SlowDocument.objects.order_by("-last_at", "-pk").values("pk")[:MOST_SLOW]
            SlowDocument.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


_calls = Tally(CallerDay, keys=_WHO, sums=("requests", "refused", "kept", "cost", "ms"), most="")
_refusals = Tally(RefusedDay, keys=(*_WHO, "code"), sums=("times",), most="")
_slow = _SlowCalls(
    SlowDocument, keys=("digest", "operation"), sums=("times", "statements", "total_ms"), most="worst_ms"
)


def count_answer(actor: Actor, *, cost: int, ms: float, kept: bool = False) -> None:
    """Count a request that was answered; ``kept``: with an answer that had been made before."""
    _calls.add((today(), *caller_key(actor)), 1, 0, int(kept), cost, round(ms))


def count_refused(actor: Actor | None, code: str) -> None:
    """Count a request that ran nothing, and the code that it was told; None for a caller who was not made out."""
    who = caller_key(actor or ANONYMOUS)
    _calls.add((today(), *who), 0, 1, 0, 0, 0)
    _refusals.add((today(), *who, code[:40]), 1)


def note_if_slow(actor: Actor, tree: DocumentNode, operation: str, *, ms: float, statements: int) -> None:
    """Keep a document that took ``CIVICNET_GRAPHQL_SLOW_MS`` or longer, without the values in it; 0 keeps none."""
    if not 0 < settings.CIVICNET_GRAPHQL_SLOW_MS <= ms or len(_slow.told) >= _MOST_WAITING:
        return
    text = without_values(tree)
    key = hashlib.sha256(text.encode()).hexdigest(), operation[:100]
    _slow.told[key] = {"text": text, "last_client": caller_key(actor)[1] or actor.kind, "last_at": timezone.now()}
    _slow.add(key, 1, statements, round(ms))


def without_values(tree: DocumentNode) -> str:
    """The document's text with a question mark for each text and 0 for each number; page sizes stay, for they tell why."""
    return print_ast(visit(tree, _TakeOut()))


def keep_traffic() -> None:
    """Have old sums deleted every night; called when the app is ready."""
    label = gettext_lazy("Delete old sums of GraphQL traffic: slow queries after 30 days, callers after 400")
    register(Schedule("gateway.forget_traffic", label, forget_traffic, daily_at=time(3, 45)))


def forget_traffic(*, now: datetime | None = None) -> None:
    """Delete slow documents not seen for 30 days, sums of days after 400, and budgets of hours after two days."""
    moment = now or timezone.now()
    SlowDocument.objects.filter(last_at__lt=moment - SLOW_DAYS).delete()
    HourBudget.objects.filter(hour__lt=moment - timedelta(days=2)).delete()
    for model in (CallerDay, RefusedDay):
        model.objects.filter(day__lt=timezone.localdate(moment) - timedelta(days=KEPT_DAYS)).delete()


class _TakeOut(Visitor):
    def enter_argument(self, node: ArgumentNode, *_where: Any) -> Any:
        is_size = node.name.value in SIZES and isinstance(node.value, IntValueNode) and len(node.value.value) < 4
        return SKIP if is_size else None

    def enter_string_value(self, node: StringValueNode, *_where: Any) -> Any:
        return StringValueNode(value="?", block=False)

    def enter_int_value(self, node: IntValueNode, *_where: Any) -> Any:
        return IntValueNode(value="0")

    def enter_float_value(self, node: FloatValueNode, *_where: Any) -> Any:
        return FloatValueNode(value="0.0")
