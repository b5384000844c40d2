"""Health: what readers would find empty."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from civicnet.contract import Problem
from civicnet_publicity.selectors import column_figures, columns


def problems() -> list[Problem]:
    """Columns in which no article stands. Three statements."""
    figures = column_figures(columns())
    count = sum(not articles for articles, _newest in figures.values())
    if not count:
        return []
    said = ngettext(
        "%(count)d column is empty: publish something there, or take it down.",
        "%(count)d columns are empty: publish something there, or take them down.",
        count,
    )
    return [Problem(said % {"count": count}, reverse("publicity_board:index"))]
