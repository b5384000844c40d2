"""The burden: who asks what, how often, of how many rows, and what it costs in minutes. Sums only, of no person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Asking, require
from civicnet.exchange.elements import Known, register
from civicnet.exchange.models import ImportJob
from civicnet.exchange.offers import offered
from civicnet.exchange.permissions import VIEW_BURDEN, borne_within
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import collect


@dataclass(frozen=True, slots=True)
class Borne:
    """One line: an asking with its elements in words, and its minutes. ``kept`` pairs elements with reasons.

    ``source`` is the form or the kind of file, whoever hands it in.
    """

    source: str
    asker: str
    what: str
    elements: tuple[tuple[str, str], ...]
    fields: int
    times: int
    rows: int
    minutes: float
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """An element that more than one form or kind of file asks for."""

    key: str
    label: str
    sources: tuple[str, ...]
    held_by: str


@dataclass(frozen=True, slots=True)
class Burden:
    """All lines, the heaviest first, minutes by asker, and what is asked more than once.

    ``failed`` are the slugs of plugins that could not answer.
    """

    lines: tuple[Borne, ...]
    by_asker: tuple[tuple[str, float], ...]
    repeated: tuple[Repeated, ...]
    failed: tuple[str, ...]

    @property
    def sources(self) -> int:
        """How many forms and kinds of files there are among the lines."""
        return len({one.source for one in self.lines})

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(one.rows for one in self.lines)

    @property
    def minutes(self) -> float:
        """All minutes."""
        return sum(one.minutes for one in self.lines)


def burden_since(since: datetime, *, actor: Actor) -> Burden:
    """What was asked since a moment, as far as the actor may see burdens.

    Raises:
        Refused: the actor may not see any.
    """
    require(actor.kind == "system" or actor.may(VIEW_BURDEN))
    known = register()
    labels = {key: str(one.element.label) for key, one in known.items()}
    failed: list[str] = []
    lines = [_line(resource.key, asking, labels) for resource, asking in _files(actor, since)]
    for answer in collect("burden", failed=failed, actor=actor, since=since):
        lines += [_line(f"{answer.plugin} {one.asker} {one.what}", one, labels) for one in answer.value]
    lines.sort(key=lambda one: (-one.minutes, one.asker, one.what))
    return Burden(tuple(lines), _by_asker(lines), _repeated(lines, known), tuple(failed))


def _line(source: str, asking: Asking, labels: Mapping[str, str]) -> Borne:
    minutes = asking.minutes
    if minutes is None:
        minutes = asking.rows * asking.fields * settings.CIVICNET_SECONDS_PER_FIELD / 60
    return Borne(
        source=source,
        asker=str(asking.asker),
        what=str(asking.what),
        elements=tuple((key, labels.get(key, key)) for key in dict.fromkeys(asking.elements)),
        fields=asking.fields,
        times=asking.times,
        rows=asking.rows,
        minutes=minutes,
        kept=tuple((labels.get(key, key), reason) for key, reason in asking.kept.items()),
    )


def _files(actor: Actor, since: datetime) -> Iterable[tuple[type[ImportResource], Asking]]:
    """Files that were confirmed, by kind and by the organisation they came from. One statement."""
    known = offered()
    found: defaultdict[tuple[str, str | None], _Files] = defaultdict(_Files)
    jobs = ImportJob.objects.filter(borne_within(actor), confirmed_at__gte=since, resource__in=known).order_by()
    sheets = jobs.values_list("resource", "organisation__name", "headings")
    for key, organisation, headings, times, rows in sheets.annotate(Count("pk"), Sum("rows_total")):
        found[key, organisation].add(_columns(known[key], headings), times, rows)
    for (key, organisation), files in found.items():
        columns = known[key].columns()
        yield (
            known[key],
            Asking(
                asker=organisation or _("The platform itself"),
                what=known[key].label,
                elements=tuple(one.element for name, one in columns.items() if one.element and name in files.columns),
                fields=len(files.columns),
                times=files.times,
                rows=files.rows,
                minutes=files.cells * settings.CIVICNET_SECONDS_PER_CELL / 60,
            ),
        )


@dataclass(slots=True)
class _Files:
    """Sums of files of one kind; a file has cells in the columns that stand in it, and in no other."""

    columns: set[str] = field(default_factory=set)
    times: int = 0
    rows: int = 0
    cells: int = 0

    def add(self, columns: set[str], times: int, rows: int) -> None:
        self.columns |= columns
        self.times += times
        self.rows += rows
        self.cells += rows * len(columns)


def _columns(kind: type[ImportResource], headings: Iterable[Sequence[str | None]]) -> set[str]:
    """Which columns files with these headings have; all, where it was not kept."""
    known = set(kind.columns())
    return {ours for _theirs, ours in headings if ours in known} or known


def _by_asker(lines: Iterable[Borne]) -> tuple[tuple[str, float], ...]:
    found: defaultdict[str, float] = defaultdict(float)
    for one in lines:
        found[one.asker] += one.minutes
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _repeated(lines: Iterable[Borne], known: Mapping[str, Known]) -> tuple[Repeated, ...]:
    sources: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for line in lines:
        for key, _label in line.elements:
            # The same sheet, handed in by many, is one question.
            sources[key].setdefault(line.source, line.what)
    found = [
        Repeated(key, str(known[key].element.label), tuple(asked.values()), str(known[key].element.held_by))
        for key, asked in sources.items()
        if len(asked) > 1 and key in known
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.sources), one.label)))
