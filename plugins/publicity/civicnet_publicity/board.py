"""The board of columns: which of them is fresh, and which goes stale by the rules for government sites."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Site

from civicnet_publicity import selectors
from civicnet_publicity.models import ColumnKind, Phase

# 政府网站检查指标: news two weeks, notices and policy documents six months. Topics follow the news.
STALE_AFTER = {
    ColumnKind.NEWS: timedelta(days=14),
    ColumnKind.SPECIAL: timedelta(days=14),
    ColumnKind.NOTICE: timedelta(days=183),
    ColumnKind.DISCLOSURE: timedelta(days=183),
}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One column. ``days_left`` is how long until it counts as stale; None when it is empty."""

    column: selectors.Column
    site: str
    kind: str
    phase: str
    articles: int
    last_published_at: datetime | None
    days_left: int | None

    @property
    def is_stale(self) -> bool:
        """Empty, or not updated for longer than its kind allows."""
        return self.days_left is None or self.days_left < 0


def column_board(*, visible: Set[int]) -> list[BoardRow]:
    """The columns with these ids, those that need an article soonest first. Four statements."""
    found = [column for column in selectors.columns() if column.id in visible]
    figures = selectors.column_figures(found)
    roots = {site.root_page.path: site.site_name or site.hostname for site in Site.objects.select_related("root_page")}
    now = timezone.now()
    rows = []
    for column in found:
        count, last = figures[column.id]
        left = STALE_AFTER[ColumnKind(column.kind)] - (now - last) if last else None
        rows.append(
            BoardRow(
                column=column,
                site=next((name for path, name in roots.items() if column.path.startswith(path)), ""),
                kind=str(ColumnKind(column.kind).label),
                phase=str(Phase(column.phase).label) if column.phase else "",
                articles=count,
                last_published_at=last,
                days_left=left.days if left is not None else None,
            )
        )
    return sorted(rows, key=lambda row: (row.days_left is not None, row.days_left or 0))
