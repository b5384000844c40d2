"""Views are counted without anybody in them: per article, site and day, by nobody who says that they are a program."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import User
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.tally import write_all_tallies
from civicnet_publicity.board import column_board
from civicnet_publicity.models import ArticleViews, ChannelViews
from civicnet_publicity.services import keep_channel, viewing
from civicnet_publicity.services.delivering import deliver_due
from civicnet_publicity.services.viewing import KEPT, forget_views

from .conftest import GOV, PARTY

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
BAIDU = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    viewing._views._counted.clear()


def read(client, host, path, *, agent=BROWSER, times=1, method="get", **headers):
    for _ in range(times):
        answer = getattr(client, method)(path, headers={"host": host, "user-agent": agent} | headers)
    return answer


def test_readers_are_counted_by_article_site_and_day_and_told_without_a_write_for_each(
    client, graphql, sites, write, assert_statements
) -> None:
    article, other = write("gov/news", "one", also_in=("party/news",)), write("gov/news", "two")
    before = read(client, GOV, "/news/two/")
    with assert_statements(0, of="articleviews"):
        read(client, GOV, "/news/one/", times=3)
        read(client, PARTY, "/news/one/", times=2)
    assert not before.cookies
    # Programs, those who only look ahead, and what is no article.
    read(client, GOV, "/news/one/", agent=BAIDU)
    read(client, GOV, "/news/one/", agent="curl/8.5.0")
    read(client, GOV, "/news/one/", agent="")
    read(client, GOV, "/news/one/", method="head")
    read(client, GOV, "/news/one/", **{"sec-purpose": "prefetch"})
    read(client, GOV, "/news/")
    write_all_tallies()

    kept = ArticleViews.objects.order_by("article", "site__hostname").values_list("article", "site__hostname", "views")
    assert list(kept) == [(article.pk, GOV, 3), (article.pk, PARTY, 2), (other.pk, GOV, 1)]

    told = graphql(
        """query ($id: ID!) {
          publicityArticles { nodes { slug viewCount } }
          all: publicityViews(days: 2) { site viewCount }
          one: publicityViews(days: 1, site: "party.test", article: $id) { day site viewCount }
        }""",
        variables={"id": to_global_id("PublicityArticle", article.pk)},
        host=GOV,
    )["data"]
    assert {one["slug"]: one["viewCount"] for one in told["publicityArticles"]["nodes"]} == {"one": 5, "two": 1}
    assert {one["site"]: one["viewCount"] for one in told["all"]} == {GOV: 4, PARTY: 2}
    assert told["one"] == [{"day": f"{timezone.localdate()}", "site": PARTY, "viewCount": 2}]
    assert {row.column.title: row.views for row in column_board(visible={sites["gov/news"].pk}).rows} == {"News": 6}


def test_of_what_readers_do_not_see_nothing_is_told_and_old_sums_go(client, graphql, write, sites) -> None:
    article = write("gov/news", "one")
    today = timezone.localdate()
    for day in (today, today - KEPT - timedelta(days=1)):
        ArticleViews.objects.create(article=article, site=sites.gov, day=day, views=7)
    article.unpublish()

    assert graphql("{ publicityViews(days: 366) { viewCount } }", host=GOV)["data"]["publicityViews"] == []
    assert graphql("{ publicityViews(days: 0) { viewCount } }", host=GOV)["errors"]
    assert (forget_views(), ArticleViews.objects.count()) == (1, 1)


REPORT = """mutation ($id: ID!, $day: Date!, $views: Int!, $channel: ID) {
  publicityReportViews(article: $id, day: $day, views: $views, channel: $channel) { views errors { code field } }
}"""


def test_a_portal_tells_sums_of_what_was_sent_to_it_and_nobody_else_is_believed(
    client, graphql, write, city, enabled, into
) -> None:
    enabled("publicity")
    scopes = ["publicity.read", "publicity.confirm"]
    (portal, key), (_other, stranger) = (
        create_client(name=name, organisation=city["222403001"], scopes=scopes, actor=SYSTEM)
        for name in ("门户", "他处")
    )
    channel = keep_channel(actor=SYSTEM, name="门户", kind="publicity.portal", values={"client": str(portal.pk)})
    second = keep_channel(actor=SYSTEM, name="门户二", kind="publicity.portal", values={"client": str(portal.pk)})
    into("gov/news", channel, second)
    article, today = write("gov/news", "one"), timezone.localdate()
    node = to_global_id("PublicityArticle", article.pk)
    deliver_due()

    def tell(views, *, day=today, by=key, article=node, channel=None):
        asked = {"id": article, "day": f"{day}", "views": views, "channel": channel}
        told = graphql(REPORT, key=by, variables=asked, host=GOV)
        answer = told["data"]["publicityReportViews"]
        return answer["views"], [one["code"] for one in answer["errors"]]

    assert [tell(40), tell(42), tell(42), tell(7, day=today - timedelta(days=31))] == [(n, []) for n in (40, 42, 42, 7)]
    for wrong in (
        tell(1, day=today + timedelta(days=1)),
        tell(1, day=today - timedelta(days=32)),
        tell(-1),
        tell(1, by=stranger),
        tell(1, article=to_global_id("PublicityArticle", 0)),
        tell(1, channel=to_global_id("PublicityChannel", 0)),
        tell(1, channel=node),
    ):
        assert wrong[0] is None and wrong[1]
    assert sorted(ChannelViews.objects.values_list("views", flat=True)) == [7, 42]
    ask = "{ publicityChannelViews(days: 2) { day channel viewCount } }"
    assert graphql(ask, key=key, host=GOV)["data"]["publicityChannelViews"] == [
        {"day": f"{today}", "channel": "门户", "viewCount": 42}
    ]
    # A portal with two channels names the other.
    assert tell(5, channel=to_global_id("PublicityChannel", second.pk)) == (5, [])
    assert dict(ChannelViews.objects.filter(day=today).values_list("channel__name", "views")) == {
        "门户": 42,
        "门户二": 5,
    }
    # Readers are not told where else articles go.
    assert graphql(ask, host=GOV)["data"]["publicityChannelViews"] == []
    client.force_login(User.objects.create_superuser("root", password=None))
    assert "那里已阅读：49" in client.get(f"/admin/publicity/articles/channels/{article.pk}/").text
