"""Articles by SQL: the tree is sound, and readers find what is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.selectors import published_articles
from civicnet_site.bench.pages import load_pages
from civicnet_site.demo.publicity import set_up_sites


@pytest.fixture
def column(db: None) -> ColumnPage:
    """A column of the demo that has no article yet."""
    set_up_sites(actor=SYSTEM)
    return ColumnPage.objects.get(slug="fengcai")


def no_problems() -> bool:
    return not any(Page.find_problems())


def test_a_loaded_tree_has_no_problems_across_the_turns_of_base_36(column: ColumnPage) -> None:
    load_pages(1_300, column=column)

    column.refresh_from_db()
    children = list(column.get_children().order_by("path"))
    assert no_problems()
    assert column.numchild == len(children) == 1_300
    # 35 and 36, 1,295 and 1,296: where a sign is carried.
    steps = [children[place].path[len(column.path) :] for place in (0, 34, 35, 1_294, 1_295, 1_299)]
    assert steps == ["0001", "000Z", "0010", "00ZZ", "0100", "0104"]


def test_loading_goes_on_where_pages_are_and_wagtail_goes_on_after_it(column: ColumnPage) -> None:
    column.add_child(instance=ArticlePage(title="之前", slug="before"))
    load_pages(40, column=column)
    column.refresh_from_db()
    column.add_child(instance=ArticlePage(title="之后", slug="after"))

    assert no_problems()
    slugs = list(column.get_children().order_by("path").values_list("slug", flat=True))
    assert slugs == ["before", *(f"bench-{number:07d}" for number in range(40)), "after"]


def test_a_loaded_article_is_what_wagtail_would_have_written(column: ColumnPage, django_user_model: Any) -> None:
    load_pages(3, column=column)
    loaded = ArticlePage.objects.get(slug="bench-0000001")
    column.refresh_from_db()
    written = column.add_child(
        instance=ArticlePage(
            title=loaded.title,
            slug="written",
            summary=loaded.summary,
            keywords=loaded.keywords,
            body=loaded.body.raw_data,
            source=loaded.source,
            author=loaded.author,
            last_published_at=loaded.last_published_at,
        )
    )
    # An article takes no date but the real one, which the loader writes past it.
    ArticlePage.objects.filter(pk=written.pk).update(first_published_at=loaded.first_published_at)
    written.refresh_from_db()

    own = {"id", "page_ptr_id", "path", "slug", "url_path", "translation_key"}
    both = [
        {
            field.attname: str(field.value_from_object(one))
            for field in ArticlePage._meta.concrete_fields
            if field.attname not in own
        }
        for one in (loaded, written)
    ]
    assert both[0] == both[1]
    assert loaded.url_path == f"{column.url_path}bench-0000001/"
    assert loaded.get_url() == written.get_url().replace("written", "bench-0000001")


def test_readers_find_loaded_articles_newest_first_over_ten_years(column: ColumnPage) -> None:
    before = timezone.now()
    load_pages(300, column=column)

    found = list(published_articles(ANONYMOUS, in_columns=None).order_by("-first_published_at", "-id"))
    loaded = [one for one in found if one.slug.startswith("bench-")]
    assert [one.slug for one in loaded] == [f"bench-{number:07d}" for number in reversed(range(300))]
    assert 9.9 < (before - loaded[-1].first_published_at).days / 365 < 10
    assert len({one.translation_key for one in loaded}) == 300
    assert Site.objects.count() == 2


def test_a_column_without_room_takes_nothing(column: ColumnPage) -> None:
    with pytest.raises(ValueError, match="no room"):
        load_pages(36**4, column=column)

    assert column.get_children().count() == 0
