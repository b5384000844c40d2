"""Public numbers: what plugins count for everybody to read, in sums, as charts and over GraphQL."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import graphene
from graphql import GraphQLResolveInfo
from wagtail import blocks

from civicnet.gateway.content.shapes import Scope, Shape, batched, shape_for
from civicnet.gateway.prices import priced
from civicnet.lifecycle.hooks import Contribution, collect, everyone
from civicnet.lifecycle.isolation import Isolation
from civicnet_publicity.hookspecs import PublicMetric

logger = logging.getLogger(__name__)
# Of the height of a chart, so that the tallest bar leaves room for its number.
_TALLEST = 84
MOST_POINTS = 60
# What GraphQL can tell.
MOST = 2**31 - 1
# So many names fit below a chart on a phone.
_NAMES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a chart; ``at`` holds its places and sizes as percentages, which SVG takes."""

    label: str
    value: int
    at: Mapping[str, str]
    is_named: bool
    anchor: str


@dataclass(frozen=True)
class Series:
    """The numbers of a metric at one moment. ``points`` are names and sums in their order."""

    key: str
    label: str
    unit: str
    note: str
    points: Sequence[tuple[str, int]]

    @cached_property
    def highest(self) -> int:
        """The largest number."""
        return max((value for _label, value in self.points), default=0)

    @cached_property
    def bars(self) -> list[Bar]:
        """As a chart draws them."""
        count = len(self.points)
        slot = 100 / max(count, 1)
        step = max(1, -(-count // _NAMES))
        return [self._bar(at, slot, is_named=(count - 1 - at) % step == 0) for at in range(count)]

    def _bar(self, at: int, slot: float, *, is_named: bool) -> Bar:
        label, value = self.points[at]
        height = _TALLEST * value / self.highest if self.highest else 0
        middle = (at + 0.5) * slot
        anchor = "end" if at == len(self.points) - 1 and slot < 100 / _NAMES else "middle"
        end = 100.0 if anchor == "end" else middle
        width, x = slot * 0.64, at * slot + slot * 0.18
        places = {"x": x, "middle": middle, "end": end, "y": 100 - height, "width": width, "height": height}
        return Bar(label, value, {name: f"{number:.2f}%" for name, number in places.items()}, is_named, anchor)


def public_metrics() -> dict[str, tuple[str, PublicMetric]]:
    """The metrics of plugins that are on, by key, each with its plugin."""
    return _by_key(collect("publicity_metrics"))


def metric_choices() -> list[tuple[str, Any]]:
    """What editors choose from. Also of plugins that are off: what was chosen before stays, and comes back with its plugin."""
    return [(key, metric.label) for key, (_plugin, metric) in _by_key(everyone("publicity_metrics")).items()]


def read_metrics(keys: Collection[str] | None = None) -> Mapping[str, Series]:
    """The numbers of these metrics, or of all, each read once. Those of plugins that are off, or fail, are missing."""
    if keys is not None and not keys:
        return {}
    wanted = public_metrics()
    found = {}
    for key, (plugin, metric) in wanted.items():
        if keys is None or key in keys:
            place = Isolation(plugin, f"metric {key}"[:64], savepoint=False)
            series: Series | None = place.call(partial(_read, metric), otherwise=None)
            if series is not None:
                found[key] = series
    return found


def _by_key(contributions: Iterable[Contribution]) -> dict[str, tuple[str, PublicMetric]]:
    found: dict[str, tuple[str, PublicMetric]] = {}
    for one in contributions:
        for metric in one.value:
            if metric.key.startswith(f"{one.plugin}."):
                found[metric.key] = one.plugin, metric
            else:
                logger.error(
                    "the metric %s is left out: its key does not begin with its plugin's, %s", metric.key, one.plugin
                )
    return found


def _read(metric: PublicMetric) -> Series:
    points = [(str(label), int(value)) for label, value in metric.read()]
    if not all(0 <= value <= MOST for _label, value in points):
        raise ValueError(f"{metric.key}: no chart shows a number below 0 or above {MOST}")
    return Series(metric.key, str(metric.label), str(metric.unit), str(metric.note), tuple(points[-MOST_POINTS:]))


class PublicityMetricPoint(graphene.ObjectType):
    """One number of a series."""

    label = graphene.String(required=True)
    value = graphene.Int(required=True)


class PublicityMetric(graphene.ObjectType):
    """Numbers that everybody may read: sums, never rows."""

    key = graphene.String(required=True, description="Stays for good.")
    label = graphene.String(required=True)
    unit = graphene.String(required=True)
    note = graphene.String(required=True, description="What is counted, in a sentence.")
    points = graphene.List(graphene.NonNull(PublicityMetricPoint), required=True)

    @staticmethod
    def resolve_points(series: Series, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """In their order."""
        return [{"label": label, "value": value} for label, value in series.points]


class MetricsQuery:
    """The root field; everybody reads the same."""

    publicity_metrics = priced(
        graphene.List(
            graphene.NonNull(PublicityMetric),
            required=True,
            description="Numbers that everybody may read, as charts in articles show them; those of the plugins that are on.",
        ),
        cost=50,
    )

    @staticmethod
    def resolve_publicity_metrics(root: Any, info: GraphQLResolveInfo) -> list[Series]:
        """In the order of the plugins."""
        return list(read_metrics().values())


class MetricBlock(blocks.ChoiceBlock):
    """The key of a metric, stored as it is."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """What there is to choose changes with the plugins, and is no business of the database's."""
        name, given, named = super().deconstruct()
        return name, given, {**named, "choices": []}


@shape_for(MetricBlock)
def _metric(block: MetricBlock, scope: Scope) -> Shape:
    def read_many(keys: Sequence[Any]) -> list[Series | None]:
        series = read_metrics({str(key) for key in keys if key})
        return [series.get(str(key)) for key in keys]

    return batched(PublicityMetric, read_many, scope)
