"""Authors: their name comes off an article and off all its versions, and off nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.access.person import Person
from civicnet.access.personal import erase_person, find_person
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.personal import forget_expired


@pytest.fixture
def author(db: None) -> User:
    return User.objects.create_user("author", full_name="演示作者")


@pytest.fixture
def column(db: None) -> ColumnPage:
    root = Page.objects.get(depth=1)
    column: ColumnPage = root.add_child(instance=ColumnPage(title="要闻", slug="news-of-a-test"))
    return column


def article(column: ColumnPage, owner: User, name: str) -> ArticlePage:
    page: Any = column.add_child(instance=ArticlePage(title=f"文章 {name}", author=name, owner=owner))
    page.save_revision(user=owner).publish()
    page.summary = "又一稿"
    page.save_revision(user=owner)
    return page


def versions(page: ArticlePage) -> list[str]:
    return [one.content["author"] for one in page.revisions.order_by("pk")]


def test_an_author_is_found_by_account_and_taken_out_of_every_version(column: ColumnPage, author: User) -> None:
    own, of_another = article(column, author, "演示作者"), article(column, author, "演示通讯员")

    found = find_person(Person(account="author"))
    assert [one.record.values for one in found.held if one.holder == "publicity"] == [{"author": "演示作者"}]
    erase_person(person=Person(account="author"), actor=SYSTEM, reason="本人书面申请")

    own.refresh_from_db()
    assert (own.author, versions(own), own.live) == ("", ["", ""], True)
    of_another.refresh_from_db()
    assert (of_another.author, set(versions(of_another))) == ("演示通讯员", {"演示通讯员"})


def test_an_article_taken_down_long_ago_forgets_its_author(column: ColumnPage, author: User) -> None:
    gone, shown = article(column, author, "演示作者"), article(column, author, "演示作者")
    ArticlePage.objects.get(pk=gone.pk).unpublish()
    later = timezone.now() + timedelta(days=1096)

    assert forget_expired(now=timezone.now(), actor=SYSTEM) == 0
    assert forget_expired(now=later, actor=SYSTEM) == 1

    gone.refresh_from_db()
    shown.refresh_from_db()
    assert (gone.author, set(versions(gone)), shown.author) == ("", {""}, "演示作者")
