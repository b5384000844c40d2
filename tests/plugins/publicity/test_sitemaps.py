"""What search engines are told: each page of a site that readers see, once, by its one address, and where not to look."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet_site import sitemaps

from .conftest import GOV, PARTY


def ask(client, path, host=GOV):
    return client.get(path, headers={"host": host})


def told(client, path, host=GOV):
    """The addresses in a sitemap."""
    return re.findall("<loc>(.+?)</loc>", ask(client, path, host).text)


def test_a_site_tells_its_own_pages_and_what_is_placed_stands_at_home_only(client, write, sites):
    article = write("gov/news", "one", also_in=("party/news",))
    write("gov/news", "draft", publish=False)
    PageViewRestriction.objects.create(page=write("gov/notices", "private"), restriction_type="login")
    PageViewRestriction.objects.create(page=sites["gov/documents"], restriction_type="login")

    assert told(client, "/sitemap.xml") == [f"http://{GOV}/sitemap-pages.xml"]
    assert told(client, "/sitemap-pages.xml") == [
        f"http://{GOV}{path}" for path in ("/", "/news/", "/notices/", "/news/one/")
    ]
    assert f"http://{PARTY}/news/one/" not in told(client, "/sitemap-pages.xml", PARTY)
    changed = timezone.localtime(article.last_published_at).date().isoformat()
    assert f"<loc>http://{GOV}/news/one/</loc><lastmod>{changed}</lastmod>" in ask(client, "/sitemap-pages.xml").text


def test_many_pages_stand_in_several_files_each_read_by_the_same_statements(client, write, monkeypatch):
    for number in range(3):
        write("gov/news", f"a{number}")
    monkeypatch.setattr(sitemaps.PageSitemap, "limit", 3)

    files = told(client, "/sitemap.xml")
    taken = []
    for path in ("/sitemap-pages.xml", "/sitemap-pages.xml?p=2"):
        with CaptureQueriesContext(connection) as caught:
            ask(client, path)
        taken.append(len(caught))

    assert files == [f"http://{GOV}/sitemap-pages.xml{page}" for page in ("", "?p=2", "?p=3")]
    assert [len(told(client, path.removeprefix(f"http://{GOV}"))) for path in files] == [3, 3, 1]
    assert taken[0] == taken[1]


def test_pages_of_a_plugin_that_is_off_are_told_to_nobody(client, write):
    write("gov/news", "one")

    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    assert told(client, "/sitemap-pages.xml") == []


def test_robots_find_the_sitemap_and_stay_out_from_behind_the_desks(client, sites):
    answer = ask(client, "/robots.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /desk/\nDisallow: /graphql/\nDisallow: /api/\nDisallow: /search/\n"
        f"Sitemap: http://{GOV}/sitemap.xml\n"
    )
