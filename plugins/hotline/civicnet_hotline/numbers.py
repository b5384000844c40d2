"""Numbers of the hotline that everybody may read: sums for the whole city."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet_hotline.selectors import completed_by_month


@dataclass(frozen=True, slots=True)
class Metric:
    """Numbers that everybody may read; as ``PublicMetric`` of publicity's hooks."""

    key: str
    label: Any
    unit: Any
    note: Any
    read: Callable[[], Sequence[tuple[str, int]]]


METRICS = [
    Metric(
        "hotline.completed_by_month",
        _("Cases completed by month"),
        pgettext_lazy("unit", "cases"),
        _("Cases of the whole city whose residents said that they are solved, by month, the last twelve months."),
        partial(completed_by_month, months=12),
    )
]
