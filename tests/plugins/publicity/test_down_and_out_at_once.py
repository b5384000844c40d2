"""Taking down and publishing at the same moment: the one waits for the other, and neither holds what the other needs."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from channels_told import KEEPER, standing
from django.db import connection, transaction
from wagtail.models import Locale, Page, Site

from civicnet_publicity.models import ArticlePage, Channel, ColumnPage, HomePage
from civicnet_publicity.services import take_down

# SQLite has one writer at a time anyway.
pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(transactional_db: None) -> ArticlePage:
    """A published article that goes to a channel."""
    # Emptied tables have neither.
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(title="Root")
    home = root.add_child(instance=HomePage(title="a", slug="a", issuer_code="000000000"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "gov.test", "root_page": home})
    column = home.add_child(instance=ColumnPage(title="c", slug="c0"))
    column.channels = [Channel.objects.create(name="屏", kind="acme.screen")]
    column.save()
    made = column.add_child(instance=ArticlePage(title="文章", slug="one", live=False))
    made.save_revision().publish()
    return ArticlePage.objects.get(pk=made.pk)


def waits(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [pid])
        return bool(cursor.fetchone()[0])


def test_what_is_taken_down_while_it_is_published_is_gone_and_nobody_waits_in_a_circle(article: ArticlePage) -> None:
    at_work: Future[int] = Future()

    def take() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '20s'")
                    cursor.execute("SELECT pg_backend_pid()")
                    at_work.set_result(cursor.fetchone()[0])
                take_down(article=article.pk, actor=KEEPER, reason="内容有误")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        # A publication that has written the page, and not yet the article.
        Page.objects.select_for_update(of=("self",)).get(pk=article.pk)
        taken = pool.submit(take)
        pid = at_work.result(timeout=20)
        while not waits(pid):
            assert not taken.done(), taken.exception()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
        # Whoever took the article's own row first would let this one wait, and wait for it.
        ArticlePage.objects.get(pk=article.pk).save_revision().publish()
        assert standing(article) == {"屏": ("PUBLISH", "WAITING")}
    taken.result(timeout=20)

    assert not ArticlePage.objects.get(pk=article.pk).live
    assert standing(article) == {"屏": ("WITHDRAW", "ARRIVED")}
