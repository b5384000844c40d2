"""Errors that readers found on pages, as far as they wait for an answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from civicnet.contract import hookimpl


@dataclass(frozen=True)
class OpenReport:
    page: str
    number: str
    words: str
    state: str
    due_at: datetime
    url: str
    assignee: int | None = None


@hookimpl(optionalhook=True)
def publicity_open_reports() -> list[OpenReport]:
    due = datetime(2026, 12, 2, 15, 59, tzinfo=UTC)
    return [OpenReport("publicity.article:17", "E-1", "错别字：示范", "待答复", due, "/p/example/reports/1/")]
