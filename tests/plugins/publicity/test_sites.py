"""Sites, menus, settings and redirects over GraphQL: what everybody may know, at the same few statements for all."""

from __future__ import annotations

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.gateway.ids import to_global_id
from civicnet.lifecycle.activation import disable_plugin
from civicnet_publicity.models import HomePage

SITE = """query ($host: String) { site(host: $host) { host name rootUrl isDefault locale { code name } locales { code }
  settings { plugin __typename ... on PublicitySiteSettings { slogan issuerCode } ... on SiteImprint { organiser } } } }"""
MENU = """query ($depth: Int) { site(host: "gov.test") { navigation(depth: $depth) { title url nodeId
  children { title children { title } } } } }"""
REDIRECT = "query ($path: String!, $site: String) { redirect(path: $path, site: $site) { path target permanent } }"
REDIRECTS = """query ($first: Int, $after: String) { redirects(site: "gov.test", first: $first, after: $after) {
  nodes { path target } pageInfo { hasNextPage endCursor } totalCount } }"""


def in_menus(*pages: Page) -> None:
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(show_in_menus=True)


def menu(graphql, depth: int = 3):
    return graphql(MENU, variables={"depth": depth})["data"]["site"]["navigation"]


def target(graphql, path: str, site: str = "gov.test"):
    found = graphql(REDIRECT, variables={"path": path, "site": site})["data"]["redirect"]
    return found and found["target"]


def test_a_site_is_told_exactly(graphql, sites):
    HomePage.objects.filter(pk=sites.gov.root_page_id).update(slogan="For all")

    assert graphql(SITE, variables={"host": "gov.test"})["data"]["site"] == {
        "host": "gov.test",
        "name": "gov.test",
        "rootUrl": "http://gov.test",
        "isDefault": True,
        "locale": {"code": "zh-hans", "name": "简体中文"},
        "locales": [{"code": "zh-hans"}],
        "settings": [
            {"plugin": None, "__typename": "SiteImprint", "organiser": ""},
            {
                "plugin": "publicity",
                "__typename": "PublicitySiteSettings",
                "slogan": "For all",
                "issuerCode": "000014349",
            },
        ],
    }


def test_without_a_host_the_site_is_the_one_that_is_asked(graphql, sites):
    assert graphql("{ site { host } }", host="party.test")["data"]["site"] == {"host": "party.test"}
    assert graphql('{ site(host: "nobody.test") { host } }') == {"data": {"site": None}}


def test_a_site_with_a_port_is_named_with_it(graphql, sites):
    Site.objects.filter(pk=sites.party.pk).update(port=8443)

    assert graphql('{ site(host: "party.test:8443") { host rootUrl } }')["data"]["site"] == {
        "host": "party.test:8443",
        "rootUrl": "http://party.test:8443",
    }


@pytest.mark.parametrize("hidden", ["unpublished", "restricted"])
def test_a_site_whose_home_page_nobody_can_read_is_not_told(graphql, sites, hidden):
    if hidden == "unpublished":
        Page.objects.filter(pk=sites.party.root_page_id).update(live=False)
    else:
        PageViewRestriction.objects.create(page=sites.party.root_page, restriction_type="login")

    assert graphql("{ sites { host } }")["data"]["sites"] == [{"host": "gov.test"}]
    assert graphql(SITE, variables={"host": "party.test"}) == {"data": {"site": None}}
    errors = graphql(REDIRECT, variables={"path": "/x", "site": "party.test"})["errors"]
    assert errors[0]["extensions"] == {"code": "NOT_FOUND", "field": "site"}


def test_menus_are_the_pages_that_editors_want_there_level_by_level(graphql, sites, write):
    shown, hidden = write("gov/news", "shown"), write("gov/notices", "hidden")
    write("gov/news", "not-asked-for")
    in_menus(sites["gov/news"], shown, hidden)

    assert menu(graphql) == [
        {
            "title": "News",
            "url": "http://gov.test/news/",
            "nodeId": to_global_id("PublicityColumn", sites["gov/news"].pk),
            "children": [{"title": "Title of shown", "children": []}],
        }
    ]
    assert menu(graphql, 1)[0]["children"] == []
    assert graphql(MENU, variables={"depth": 4})["errors"][0]["extensions"] == {
        "code": "INVALID_INPUT",
        "field": "depth",
    }


def test_each_asking_of_a_menu_has_its_own_depth(graphql, sites, write):
    in_menus(sites["gov/news"], write("gov/news", "shown"))
    query = """{ site(host: "gov.test") { one: navigation { children { title } }
      two: navigation(depth: 2) { children { title } } } }"""

    assert graphql(query)["data"]["site"] == {
        "one": [{"children": []}],
        "two": [{"children": [{"title": "Title of shown"}]}],
    }


def test_what_readers_cannot_see_is_in_no_menu(graphql, sites, write):
    private, draft = write("gov/news", "private"), write("gov/news", "draft", publish=False)
    in_menus(sites["gov/news"], sites["gov/notices"], private, draft, write("gov/notices", "below"))
    for page in (private, sites["gov/notices"]):
        PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")

    assert [(one["title"], one["children"]) for one in menu(graphql)] == [("News", [])]


def test_a_plugin_that_is_off_has_neither_settings_nor_pages_in_menus(graphql, sites):
    in_menus(sites["gov/news"])
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    query = '{ site(host: "gov.test") { navigation { title } settings { plugin } } }'

    assert graphql(query)["data"]["site"] == {"navigation": [], "settings": [{"plugin": None}]}


def test_a_redirect_leads_where_the_site_itself_would_lead(graphql, sites, write):
    article = write("gov/news", "here")
    Redirect.add_redirect("/old/", redirect_to=article, site=sites.gov)
    Redirect.add_redirect("/old", redirect_to="https://elsewhere.example/")
    Redirect.add_redirect("/old?a=1", redirect_to="/within/", is_permanent=False)

    assert target(graphql, "/old/") == "http://gov.test/news/here/"
    assert target(graphql, "/old", "party.test") == "https://elsewhere.example/"
    assert target(graphql, "/old?b=2") == "http://gov.test/news/here/"
    assert graphql(REDIRECT, variables={"path": "/old/?a=1", "site": "gov.test"})["data"]["redirect"] == {
        "path": "/old?a=1",
        "target": "http://gov.test/within/",
        "permanent": False,
    }
    assert target(graphql, "/nothing") is None


def test_a_path_is_found_whether_its_signs_are_written_out_or_not(graphql, sites):
    Redirect.add_redirect("/旧闻/", redirect_to="https://elsewhere.example/", site=sites.gov)

    assert target(graphql, "/旧闻/") == target(graphql, "/%E6%97%A7%E9%97%BB") == "https://elsewhere.example/"


@pytest.mark.parametrize("path", ["//[x", "http://[", "//\u2100.cn/", ""])
def test_what_is_no_address_leads_nowhere(graphql, sites, path):
    assert graphql(REDIRECT, variables={"path": path}) == {"data": {"redirect": None}}


def test_redirects_are_listed_page_by_page_without_those_to_what_nobody_can_read(graphql, sites, write):
    private = write("gov/news", "private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for path, to in (("/a", write("gov/news", "a")), ("/b", private), ("/c", write("gov/news", "c", publish=False))):
        Redirect.add_redirect(path, redirect_to=to, site=sites.gov)
    Redirect.add_redirect("/d", redirect_to="https://elsewhere.example/")
    Redirect.add_redirect("/e", redirect_to="https://elsewhere.example/", site=sites.party)

    first = graphql(REDIRECTS, variables={"first": 1})["data"]["redirects"]
    rest = graphql(REDIRECTS, variables={"after": first["pageInfo"]["endCursor"]})["data"]["redirects"]

    assert [one["path"] for one in first["nodes"] + rest["nodes"]] == ["/a", "/d"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    assert [target(graphql, path) for path in ("/b", "/c")] == [None, None]


def test_all_sites_and_menus_are_as_many_statements_as_one(graphql, sites, assert_statements):
    in_menus(*(sites[name] for name in ("gov/news", "gov/notices", "party/news")))
    one = 'query { site(host: "gov.test") { locales { code } navigation(depth: 3) { title } settings { plugin } } }'
    both = "query { sites { host locales { code } navigation(depth: 3) { title } settings { plugin } } }"
    for query in (one, both):
        graphql(query)
        with assert_statements(1, of="BETWEEN"):
            answer = graphql(query)
    assert [len(site["navigation"]) for site in answer["data"]["sites"]] == [2, 1]
