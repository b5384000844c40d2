"""What publicity says to the host: which columns readers would find empty, and where others may show something."""

from __future__ import annotations

from django.utils import translation
from django.utils.safestring import mark_safe

from civicnet.contract import Panel, hookimpl
from civicnet.lifecycle.health import problems


class Shows:
    """A plugin that says in each slot which one it is."""

    @hookimpl
    def panels(self, slot):
        return [Panel(mark_safe(f"<b>panel in {slot}</b>"))]


class Fails:
    """A plugin that fails in each slot."""

    @hookimpl
    def panels(self, slot):
        raise ValueError("broken on purpose")


def test_empty_columns_are_counted(sites, write):
    write("gov/news", "one", also_in=("party/news",))

    with translation.override("en"):
        [problem] = problems()["publicity"]

    assert problem.message.startswith("3 columns are empty")


def test_pages_have_their_slots(client, write, plug):
    write("gov/news", "one")
    plug("shows", Shows())

    def text(path):
        return client.get(path, headers={"host": "gov.test"}).text

    assert "<b>panel in home.services</b>" in text("/")
    assert "<b>panel in column.foot</b>" in text("/news/")
    assert "<b>panel in article.foot</b>" in text("/news/one/")


def test_a_failing_panel_leaves_a_notice_the_page_and_no_cookie(client, write, plug):
    write("gov/news", "one")
    plug("fails", Fails())
    plug("shows", Shows())

    for path in ("/", "/news/", "/news/one/"):
        answer = client.get(path, headers={"host": "gov.test"})

        assert answer.status_code == 200
        assert answer.text.count('class="slot-notice"') == 1
        assert "<b>panel in" in answer.text
        assert not answer.cookies
