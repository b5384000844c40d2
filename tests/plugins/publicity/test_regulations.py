"""Regulations of a city as articles: one job for the columns, one for all texts, with dates and index numbers."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from django.utils import timezone
from sheets import applied, checked, table
from wagtail.models import Page

from civicnet.access.actors import SYSTEM
from civicnet.exchange.models import JobState
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.selectors.sheets import tidy

# Development data lie beside the project, and only where the project is developed.
FILE = "shared/data/articles/regulations-543.jsonl.gz"
DATA = next((folder / FILE for folder in Path(__file__).resolve().parents if (folder / FILE).exists()), None)


def regulations(most: int | None = None) -> list[dict[str, str]]:
    if DATA is None:
        pytest.skip("the shared regulations are not on this machine")
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    # Some of each kind, not all from one column.
    return found[:: max(len(found) // most, 1)][:most] if most else found


def take_in(found: list[dict[str, str]]) -> float:
    columns = sorted({one["column"] for one in found})
    tree = applied(
        table([{"网站": "gov.test", "栏目名称": name, "栏目类型": "信息公开"} for name in columns]),
        SYSTEM,
        resource="publicity.columns",
    )
    rows = [
        {
            "标题": one["title"],
            "栏目": one["column"],
            "成文日期": one["date"],
            "正文": one["body_markdown"],
            "状态": "已发布",
        }
        for one in found
    ]
    began = time.perf_counter()
    job = applied(table(rows), SYSTEM)
    seconds = time.perf_counter() - began

    assert tree.result == {"created": len(columns)}
    assert (job.state, job.result) == (JobState.APPLIED, {"created": len(found), "published": len(found)})
    assert Page.find_problems() == ([], [], [], [], [])
    year = timezone.localdate().year
    numbers = list(ArticlePage.objects.order_by("index_number").values_list("index_number", flat=True))
    assert numbers == [f"000014349/{year}-{serial:05d}" for serial in range(1, len(found) + 1)]
    held = {page.title: page for page in ArticlePage.objects.live()}
    homes = {column.path: column.title for column in ColumnPage.objects.all()}
    for one in found:
        page = held[tidy(one["title"])]
        assert homes[page.path[:-4]] == one["column"]
        assert (page.document_date.isoformat() if page.document_date else "") == one["date"]
        assert page.first_published_at.date() >= timezone.now().date()
    assert checked(table([*rows, {"标题": ""}]), SYSTEM).kinds == {"UNCHANGED": len(found)}
    return len(found) / seconds


@pytest.fixture
def empty_city(enabled, sites, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    enabled("publicity")


def test_some_regulations_become_numbered_articles_in_their_columns(empty_city) -> None:
    take_in(regulations(12))


@pytest.mark.soak
def test_all_543_do_in_one_job(empty_city) -> None:
    found = regulations()

    assert len(found) == 543
    print(f"{take_in(found):.1f} regulations a second")
