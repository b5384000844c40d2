"""Articles by SQL: a million pages in minutes, as Wagtail itself would have written them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import F, Max
from django.utils import timezone
from wagtail.models import Page

from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.bench.sql import insert, look_over

YEARS = 10
SUMMARY = "用于基准测试的演示文字，内容没有意义，只求长度与日常的摘要相近。" * 2
PARAGRAPH = f"<p>{'用于基准测试的演示段落，没有意义，只求长度与日常的正文相近。' * 2}</p>"
PARAGRAPHS = 5
KEYWORDS = ("网格", "服务", "便民", "公示", "通知", "热线", "党建")
_ALPHABET = Page.alphabet


def load_pages(count: int, *, column: ColumnPage, images: Sequence[int] = ()) -> None:
    """Put so many live articles into a column, evenly over the last ten years, the newest from now.

    The tree, addresses, numbers of children, translation keys and draft fields are as ``add_child`` writes them. Left out is
    what no reader's list asks: revisions, the reference index and entries for search. Nothing is announced, so caches and
    feeds that were filled before do not know of them.

    Raises:
        ValueError: the column has no room for so many children.
    """
    plan = _Plan(count, column, images)
    with transaction.atomic():
        _roomy_cache()
        for model, rows in ((Page, plan.pages()), (ArticlePage, plan.articles())):
            names = tuple(field.column for field in _fields(model))
            insert(model, names, rows)
        Page.objects.filter(pk=column.pk).update(numchild=F("numchild") + count)
        with connection.cursor() as cursor:
            # The pages brought their numbers along; the next one that is added must not meet them.
            for statement in connection.ops.sequence_reset_sql(no_style(), [Page]):
                cursor.execute(statement)
    look_over()


@dataclass(frozen=True)
class _Plan:
    count: int
    column: ColumnPage
    images: Sequence[int]

    def __post_init__(self) -> None:
        if self._first_step + self.count > len(_ALPHABET) ** Page.steplen:
            raise ValueError(f"{self.column} has no room for {self.count} more children")

    def pages(self) -> Iterator[tuple[Any, ...]]:
        """The rows of wagtailcore_page."""
        return self._rows(Page, self._page)

    def articles(self) -> Iterator[tuple[Any, ...]]:
        """The rows of the article's own table."""
        return self._rows(ArticlePage, self._article)

    def _page(self, number: int) -> dict[str, Any]:
        slug = f"bench-{number:07d}"
        title = f"基准测试文章第{number:07d}篇"
        day = self._newest - self._apart * (self.count - 1 - number)
        return {
            "id": self._first_id + number,
            "path": self.column.path + _step(self._first_step + number),
            "url_path": f"{self.column.url_path}{slug}/",
            "slug": slug,
            "title": title,
            "draft_title": title,
            "translation_key": uuid.uuid4(),
            "first_published_at": day,
            "last_published_at": day,
        }

    def _article(self, number: int) -> dict[str, Any]:
        words = (KEYWORDS[(number + one) % len(KEYWORDS)] for one in range(3))
        return {
            "page_ptr_id": self._first_id + number,
            "summary": f"{number}：{SUMMARY}",
            "keywords": ",".join(words),
            "image_id": self.images[number % len(self.images)] if self.images else None,
        }

    def _rows(self, model: type[models.Model], written: Any) -> Iterator[tuple[Any, ...]]:
        fields = _fields(model)
        common = [field.get_db_prep_save(getattr(self._pattern, field.attname), connection) for field in fields]
        places = {field.attname: (place, field) for place, field in enumerate(fields)}
        for number in range(self.count):
            row = list(common)
            for name, value in written(number).items():
                place, field = places[name]
                row[place] = field.get_db_prep_save(value, connection)
            yield tuple(row)

    @cached_property
    def _pattern(self) -> ArticlePage:
        return ArticlePage(
            title="",
            body=[("paragraph", PARAGRAPH)] * PARAGRAPHS,
            source="演示",
            author="演示编辑",
            depth=self.column.depth + 1,
            locale=self.column.locale,
            live=True,
        )

    @cached_property
    def _first_id(self) -> int:
        return int(Page.objects.aggregate(highest=Max("id"))["highest"]) + 1

    @cached_property
    def _first_step(self) -> int:
        last = Page.objects.child_of(self.column).aggregate(last=Max("path"))["last"]
        return _number(last[-Page.steplen :]) + 1 if last else 1

    @cached_property
    def _newest(self) -> datetime:
        return timezone.now().replace(microsecond=0)

    @cached_property
    def _apart(self) -> timedelta:
        return timedelta(days=365 * YEARS) / max(self.count, 1)


def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _step(number: int) -> str:
    return str(Page.numconv_obj().int2str(number)).rjust(Page.steplen, _ALPHABET[0])


def _number(step: str) -> int:
    return int(Page.numconv_obj().str2int(step))


def _roomy_cache() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # KiB. Keys of a million rows fall anywhere in their index: it should stay in memory meanwhile.
            cursor.execute("PRAGMA cache_size = -1000000")
