"""Holdings: of an element, how many rows hold it, since when, and when they were last confirmed. Nothing is read but counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Max, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from civicnet.access.models import Organisation
from civicnet.access.scope import under
from civicnet.contract import DataElement
from civicnet.exchange.elements import Known, Use
from civicnet.exchange.models import ImportJob, JobState
from civicnet.ledger.models import ChangeRecord


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is held of an element: rows, the day of the first change that is on record, and of the last one.

    ``confirmed`` also moves with a file that went in and changed nothing: that is how one learns that all is as it was.
    """

    rows: int = 0
    since: datetime | None = None
    confirmed: datetime | None = None

    def is_fresh(self, element: DataElement) -> bool:
        """Whether it can be used instead of asking again."""
        if not self.rows or element.fresh_days is None:
            return self.rows > 0
        limit = timezone.now() - timedelta(days=element.fresh_days)
        return self.confirmed is not None and self.confirmed >= limit


def holdings(known: Iterable[Known], paths: Sequence[str], *, asked: Iterable[Use]) -> dict[str, Holding]:
    """What is held of these elements under organisations, by key; ``asked`` are the kinds of files that can bring them.

    Three statements for each place that keeps some of them, and one besides.
    """
    elements = [one.element for one in known]
    imported = _last_imports(elements, paths, asked)
    kept: dict[Any, Holding] = {}
    found = {}
    for element in elements:
        if element.holder is None:
            found[element.key] = Holding()
            continue
        if element.holder not in kept:
            kept[element.holder] = _holding(element.holder(paths))
        held = kept[element.holder]
        times = [one for one in (held.confirmed, imported.get(element.key)) if one]
        found[element.key] = Holding(held.rows, held.since, max(times, default=None))
    return found


def _holding(rows: QuerySet[Any]) -> Holding:
    ids = rows.order_by().values(key=Cast("pk", CharField()))
    changes = ChangeRecord.objects.filter(object_type=rows.model._meta.label_lower, object_id__in=ids)
    first, last = (changes.order_by(order).values_list("at", flat=True).first() for order in ("id", "-id"))
    return Holding(rows.order_by().count(), first, last)


def _last_imports(elements: Iterable[DataElement], paths: Sequence[str], asked: Iterable[Use]) -> dict[str, datetime]:
    wanted = {element.key for element in elements}
    brought = {use.key: wanted & {key for key in use.elements.values() if key} for use in asked}
    # A file of the whole city confirms what a town in it holds, too.
    above = {path[:end] for path in paths for end in range(Organisation.steplen, len(path), Organisation.steplen)}
    jobs = ImportJob.objects.filter(
        under(paths) | Q(organisation__path__in=above),
        resource__in=[key for key, keys in brought.items() if keys],
        state=JobState.APPLIED,
    )
    found: dict[str, datetime] = {}
    for resource, at in jobs.order_by().values_list("resource").annotate(at=Max("confirmed_at")):
        for key in brought[resource] if at else ():
            found[key] = max(at, found.get(key, at))
    return found
