"""The date of publication is the moment at which readers first saw an article: nobody sets another, at any door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from civicnet_publicity.models import ArticlePage

LAST_YEAR = timezone.now() - timedelta(days=366)


def fresh(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk)


def in_a_new_page(write: Callable[..., ArticlePage]) -> ArticlePage:
    return write("gov/news", "one", first_published_at=LAST_YEAR, live=True)


def in_a_version(write: Callable[..., ArticlePage]) -> ArticlePage:
    article = write("gov/news", "one", publish=False)
    revision = article.save_revision()
    revision.content["first_published_at"] = LAST_YEAR.isoformat()
    revision.save()
    revision.publish()
    return article


def in_a_draft_that_is_saved(write: Callable[..., ArticlePage]) -> ArticlePage:
    article = write("gov/news", "one", publish=False)
    article.first_published_at = LAST_YEAR
    article.save()
    article.save_revision().publish()
    return article


def in_what_is_published_already(write: Callable[..., ArticlePage]) -> ArticlePage:
    article = write("gov/news", "one")
    article.first_published_at = LAST_YEAR
    article.save(update_fields=["first_published_at"])
    fresh(article).save_revision().publish()
    return article


def in_what_wagtail_makes_of_its_bare_page(write: Callable[..., ArticlePage]) -> ArticlePage:
    article = write("gov/news", "one")
    found = Page.objects.get(pk=article.pk).specific_deferred
    found.first_published_at = LAST_YEAR
    found.save(clean=False)
    return article


def in_a_copy(write: Callable[..., ArticlePage]) -> ArticlePage:
    article = write("gov/news", "one")
    ArticlePage.objects.filter(pk=article.pk).update(first_published_at=LAST_YEAR)
    copied: ArticlePage = fresh(article).copy(keep_live=True, update_attrs={"slug": "copy"})
    return copied


@pytest.mark.parametrize(
    "write_back",
    [
        in_a_new_page,
        in_a_version,
        in_a_draft_that_is_saved,
        in_what_is_published_already,
        in_what_wagtail_makes_of_its_bare_page,
        in_a_copy,
    ],
)
def test_an_earlier_date_is_not_taken(write, write_back) -> None:
    before = timezone.now()

    article = fresh(write_back(write))

    assert article.live
    assert before <= article.first_published_at <= timezone.now()


def test_what_is_published_again_keeps_its_date_through_every_kind_of_saving(write) -> None:
    article = write("gov/news", "one")
    ArticlePage.objects.filter(pk=article.pk).update(first_published_at=LAST_YEAR)

    fresh(article).unpublish()
    fresh(article).save_revision().publish()
    Page.objects.get(pk=article.pk).specific_deferred.save(clean=False)
    article._dated = None
    article.refresh_from_db()
    article.save()
    nothing: Any = fresh(article)
    nothing.first_published_at = None
    nothing.save()
    ArticlePage.objects.defer("first_published_at").get(pk=article.pk).save()

    assert fresh(article).first_published_at == LAST_YEAR


def test_the_editor_takes_no_date(office, sites, write, client) -> None:
    article = write("gov/news", "one", publish=False)
    client.force_login(office.editor)
    path = f"/admin/pages/{article.pk}/edit/"
    form = client.get(path).context["form"]
    given = {"title": "One", "slug": "one", "body-count": "0", "first_published_at": "2001-01-01 00:00"}

    client.post(path, given | {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"})

    assert "first_published_at" not in form.fields
    assert (fresh(article).latest_revision.content["title"], fresh(article).first_published_at) == ("One", None)
