"""The public numbers that publicity itself counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import ANONYMOUS
from civicnet_publicity.hookspecs import PublicMetric
from civicnet_publicity.selectors import articles_by_month


@dataclass(frozen=True, slots=True)
class Metric:
    """Numbers that everybody may read; as ``PublicMetric`` of the hooks."""

    key: str
    label: Any
    unit: Any
    note: Any
    read: Callable[[], Sequence[tuple[str, int]]]


METRICS: list[PublicMetric] = [
    Metric(
        "publicity.articles_by_month",
        _("Articles published by month"),
        pgettext_lazy("unit", "articles"),
        _("Articles that readers can see, by the month in which they were published, the last twelve months."),
        partial(articles_by_month, actor=ANONYMOUS, months=12),
    )
]
