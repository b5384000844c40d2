"""One article, several sites: it is placed there, never copied."""

from __future__ import annotations

import pytest
from wagtail.models import Page, PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.errors import CannotPlace, NotPlaced, NotPublished
from civicnet_publicity.models import ArticlePage, Placement
from civicnet_publicity.selectors import placements_of, published_articles
from civicnet_publicity.services import place_article, withdraw_article

from .conftest import GOV, PARTY


def get(client, host, path):
    """A reader's request."""
    return client.get(path, headers={"host": host})


def states(article):
    """State by address on the other site."""
    return dict(article.placements.order_by("url_path").values_list("url_path", "state"))


def test_an_article_stands_on_two_sites_with_one_id_and_two_themes(client, sites, write):
    pages = Page.objects.count()

    article = write("gov/news", "one", also_in=("party/experience",))

    home, away = get(client, GOV, "/news/one/"), get(client, PARTY, "/experience/one/")
    assert (home.status_code, away.status_code) == (200, 200)
    assert home.context["page"].pk == away.context["page"].pk == article.pk
    assert (home.context["theme"], away.context["theme"]) == ("gov", "party")
    for answer in (home, away):
        assert f'<link rel="canonical" href="http://{GOV}/news/one/">' in answer.text
        assert "<h1>Title of one</h1>" in answer.text
    assert Page.objects.count() == pages + 1
    assert states(article) == {"/experience/one/": "PLACED"}


def test_a_placed_article_is_listed_in_the_column_and_on_the_home_page(client, write):
    write("gov/news", "one", also_in=("party/news",))

    for path in ("/news/", "/"):
        assert '<a href="/news/one/">Title of one</a>' in get(client, PARTY, path).text


def test_unpublishing_withdraws_an_article_everywhere(client, write):
    article = write("gov/news", "one", also_in=("party/experience", "party/news"))

    article.unpublish()

    assert states(article) == {"/experience/one/": "WITHDRAWN", "/news/one/": "WITHDRAWN"}
    for host, path in ((GOV, "/news/one/"), (PARTY, "/experience/one/"), (PARTY, "/news/one/")):
        assert get(client, host, path).status_code == 404
    assert AuditRecord.objects.filter(action="publicity.unpublish_article").count() == 1


def test_a_column_no_longer_named_loses_the_article_at_the_next_publication(client, write):
    article = write("gov/news", "one", also_in=("party/experience", "party/news"))

    article.also_in.remove(article.also_in.get(slug="news"))
    article.save_revision().publish()

    assert states(article) == {"/experience/one/": "PLACED", "/news/one/": "WITHDRAWN"}
    assert get(client, PARTY, "/news/one/").status_code == 404


def test_a_draft_is_placed_nowhere(client, write):
    article = write("gov/news", "one", also_in=("party/news",), publish=False)

    assert states(article) == {}
    assert get(client, PARTY, "/news/one/").status_code == 404


def test_publishing_again_keeps_the_time_of_placing(write):
    article = write("gov/news", "one", also_in=("party/news",))
    placed = article.placements.get().placed_at

    article.save_revision().publish()

    assert article.placements.get().placed_at == placed
    assert AuditRecord.objects.filter(action="publicity.place_article").count() == 1


def test_a_withdrawn_article_stays_away_when_it_is_published_again(client, sites, write):
    article = write("gov/news", "one", also_in=("party/news",))

    withdraw_article(article=article, column=sites["party/news"], actor=SYSTEM, reason="wrong column")
    ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().save_revision().publish()

    assert states(article) == {"/news/one/": "WITHDRAWN"}
    assert get(client, PARTY, "/news/one/").status_code == 404
    assert get(client, GOV, "/news/one/").status_code == 200
    assert AuditRecord.objects.get(action="publicity.withdraw_article").reason == "wrong column"


def test_an_article_can_be_placed_by_hand(client, sites, write, actor):
    article = write("gov/news", "one")
    placer = actor(["civicnet_publicity.place_article"])

    placement = place_article(article=article, column=sites["party/news"], actor=placer)

    assert (placement.state, placement.url_path, placement.site) == ("PLACED", "/news/one/", sites.party)
    assert get(client, PARTY, "/news/one/").status_code == 200


@pytest.mark.parametrize("act", ["place", "withdraw"])
def test_nobody_places_or_withdraws_without_the_permission(sites, write, act):
    article = write("gov/news", "one", also_in=("party/news",))

    with pytest.raises(Refused):
        if act == "place":
            place_article(article=article, column=sites["party/experience"], actor=ANONYMOUS)
        else:
            withdraw_article(article=article, column=sites["party/news"], actor=ANONYMOUS, reason="because")

    assert states(article) == {"/news/one/": "PLACED"}


def test_a_draft_cannot_be_placed_by_hand(sites, write):
    article = write("gov/news", "one", publish=False)

    with pytest.raises(NotPublished):
        place_article(article=article, column=sites["party/news"], actor=SYSTEM)

    assert not Placement.objects.exists()


def test_a_column_at_home_is_no_other_site(sites, write):
    article = write("gov/news", "one")

    with pytest.raises(CannotPlace):
        place_article(article=article, column=sites["gov/notices"], actor=SYSTEM)

    assert not Placement.objects.exists()


def test_two_articles_cannot_have_one_address(client, sites, write):
    write("party/news", "one", title="Was there first")

    article = write("gov/news", "one", also_in=("party/news",))

    placement = article.placements.get()
    assert placement.state == "WITHDRAWN"
    assert "one" in placement.error
    assert "Was there first" in get(client, PARTY, "/news/one/").text


def test_a_withdrawal_needs_a_reason_and_something_to_withdraw(sites, write):
    article = write("gov/news", "one", also_in=("party/news",))

    with pytest.raises(InvalidInput):
        withdraw_article(article=article, column=sites["party/news"], actor=SYSTEM, reason="  ")
    with pytest.raises(NotPlaced):
        withdraw_article(article=article, column=sites["party/experience"], actor=SYSTEM, reason="because")

    assert states(article) == {"/news/one/": "PLACED"}


def test_what_becomes_private_is_not_shown_elsewhere(client, sites, write):
    article = write("gov/news", "one", also_in=("party/news",))

    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)

    assert get(client, PARTY, "/news/one/").status_code == 404
    assert "Title of one" not in get(client, PARTY, "/news/").text


def test_a_private_column_does_not_open_by_placing(client, sites, write):
    article = write("gov/news", "one", also_in=("party/news",))

    PageViewRestriction.objects.create(page=sites["party/news"], restriction_type=PageViewRestriction.LOGIN)

    assert get(client, PARTY, "/news/one/").status_code == 404
    assert placements_of([article.pk]) == {article.pk: []}
    assert not published_articles(ANONYMOUS, sites.party).exists()


def test_deleting_an_article_is_recorded_as_its_end(write):
    article = write("gov/news", "one", also_in=("party/news",))

    article.delete()

    assert not Placement.objects.exists()
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"publicity.withdraw_article", "publicity.unpublish_article"} <= actions
