"""Articles by SQL: a million pages in minutes, as Wagtail itself would have written them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
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


# Of an article's number: its title, summary and the HTML of its paragraphs.
Texts = Callable[[int], tuple[str, str, Sequence[str]]]


def load_pages(count: int, *, column: ColumnPage, images: Sequence[int] = (), texts: Texts | None = None) -> None:
    """Put so many live articles into a column, evenly over the last ten years, the newest from now.

    They differ by their number alone, unless ``texts`` writes each.

    The tree, addresses, numbers of children, translation keys and draft fields are as ``add_child`` writes them. Left out is
    what no reader's list asks: revisions, the reference index and entries for search. Nothing is announced, so caches and
    feeds that were filled before do not know of them.

    Raises:
        ValueError: the column has no room for so many children.
    """
    plan = _Plan(count, column, images, texts)
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


class _Plan:
    """All that the rows have in common, read before the first is written: inside COPY a connection answers nothing else."""

    def __init__(self, count: int, column: ColumnPage, images: Sequence[int], texts: Texts | None) -> None:
        self._count, self._column, self._images, self._texts = count, column, images, texts
        last = Page.objects.child_of(column).aggregate(last=Max("path"))["last"]
        self._first_step = int(Page.numconv_obj().str2int(last[-Page.steplen :])) + 1 if last else 1
        if self._first_step + count > len(_ALPHABET) ** Page.steplen:
            raise ValueError(f"{column} has no room for {count} more children")
        self._first_id = int(Page.objects.aggregate(highest=Max("id"))["highest"]) + 1
        self._newest = timezone.now().replace(microsecond=0)
        self._apart = timedelta(days=365 * YEARS) / max(count, 1)
        self._pattern = ArticlePage(
            title="",
            body=[("paragraph", PARAGRAPH)] * PARAGRAPHS,
            source="演示",
            author="演示编辑",
            depth=column.depth + 1,
            locale=column.locale,
            live=True,
        )

    def pages(self) -> Iterator[tuple[Any, ...]]:
        """The rows of wagtailcore_page."""
        return self._rows(Page, self._page)

    def articles(self) -> Iterator[tuple[Any, ...]]:
        """The rows of the article's own table."""
        return self._rows(ArticlePage, self._article)

    def _page(self, number: int) -> dict[str, Any]:
        slug = f"bench-{number:07d}"
        title = self._texts(number)[0] if self._texts else f"基准测试文章第{number:07d}篇"
        day = self._newest - self._apart * (self._count - 1 - number)
        return {
            "id": self._first_id + number,
            "path": self._column.path + _step(self._first_step + number),
            "url_path": f"{self._column.url_path}{slug}/",
            "slug": slug,
            "title": title,
            "draft_title": title,
            "translation_key": uuid.uuid4(),
            "first_published_at": day,
            "last_published_at": day,
        }

    def _article(self, number: int) -> dict[str, Any]:
        words = (KEYWORDS[(number + one) % len(KEYWORDS)] for one in range(3))
        own: dict[str, Any] = {"summary": f"{number}：{SUMMARY}"}
        if self._texts:
            _title, own["summary"], paragraphs = self._texts(number)
            own["body"] = _body([("paragraph", one) for one in paragraphs])
        return own | {
            "page_ptr_id": self._first_id + number,
            "keywords": ",".join(words),
            "image_id": self._images[number % len(self._images)] if self._images else None,
        }

    def _rows(self, model: type[models.Model], written: Callable[[int], dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        fields = _fields(model)
        common = [field.get_db_prep_save(getattr(self._pattern, field.attname), connection) for field in fields]
        places = {field.attname: (place, field) for place, field in enumerate(fields)}

        def row(number: int) -> tuple[Any, ...]:
            values = list(common)
            for name, value in written(number).items():
                place, field = places[name]
                values[place] = field.get_db_prep_save(value, connection)
            return tuple(values)

        return map(row, range(self._count))


def _body(blocks: Sequence[tuple[str, str]]) -> Any:
    return ArticlePage(title="", body=blocks).body


def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _step(number: int) -> str:
    return str(Page.numconv_obj().int2str(number)).rjust(Page.steplen, _ALPHABET[0])


def _roomy_cache() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # KiB. Keys of a million rows fall anywhere in their index: it should stay in memory meanwhile.
            cursor.execute("PRAGMA cache_size = -1000000")
