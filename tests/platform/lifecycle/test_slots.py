"""Slots: what plugins show in named places, in order, and what stands where one of them failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from civicnet.contract import Panel, hookimpl
from civicnet.contract.slots import SLOTS
from civicnet.lifecycle.slots import UnknownSlot, panels_in
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SLOT = "article.foot"


class Shows:
    """A plugin with one panel in one slot."""

    def __init__(self, html: str, order: int = 100, slot: str = SLOT) -> None:
        self.panel, self.slot = Panel(html, order), slot

    @hookimpl
    def panels(self, slot: str) -> list[Panel]:
        return [self.panel] if slot == self.slot else []


class Fails:
    """A plugin that fails in every slot."""

    @hookimpl
    def panels(self, slot: str) -> list[Panel]:
        raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def request_(rf: RequestFactory) -> Any:
    """A reader's request, who is signed in nowhere."""
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def shown(request: Any, name: str = SLOT) -> str:
    return Template(f'{{% load plugins %}}{{% slot "{name}" %}}').render(Context({"request": request}))


def test_panels_stand_in_their_order(plug: Plug, request_: Any) -> None:
    plug("late", Shows(mark_safe("<b>late</b>"), 20))
    plug("early", Shows(mark_safe("<b>early</b>"), 10))
    plug("elsewhere", Shows(mark_safe("<b>elsewhere</b>"), slot="desk.top"))
    plug("asleep", Shows(mark_safe("<b>asleep</b>")), on=False)

    assert shown(request_) == "<b>early</b>\n<b>late</b>"


def test_what_is_not_said_to_be_safe_is_escaped(plug: Plug, request_: Any) -> None:
    plug("careless", Shows("<script>"))

    assert shown(request_) == "&lt;script&gt;"


def test_where_one_fails_stands_a_notice_and_the_others_are_shown(plug: Plug, request_: Any) -> None:
    plug("broken", Fails())
    plug("good", Shows(mark_safe("<b>good</b>")))

    filling, html = panels_in(SLOT, request_), shown(request_)

    assert (len(filling.panels), filling.failed) == (1, ("broken",))
    assert "<b>good</b>" in html
    assert '<p class="slot-notice" role="note">A part of this page cannot be shown right now.</p>' in html
    assert "broken" not in html


def test_whoever_may_switch_plugins_is_told_which_one(plug: Plug, request_: Any, settings: Any, staff: Any) -> None:
    plug("broken", Fails(), label={"en": "Broken one"})
    request_.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    request_.user = staff([], username="clerk")
    assert "Broken one" not in shown(request_)

    request_.user = staff(["civicnet_lifecycle.switch_plugin"], username="keeper")

    assert "The plugin Broken one could not show its part here." in shown(request_)


def test_a_reader_without_a_session_is_not_asked_who_they_are(plug: Plug, rf: RequestFactory) -> None:
    plug("broken", Fails())

    # This request has no user at all: to ask for it would raise.
    assert "slot-notice" in shown(rf.get("/"))


def test_an_unknown_slot_is_an_error_and_in_production_an_empty_place(
    request_: Any, settings: Any, caplog: Any
) -> None:
    settings.CIVICNET_LOAD_POLICY = "strict"
    with pytest.raises(UnknownSlot, match=r"'home\.sevrices' is no slot"):
        panels_in("home.sevrices", request_)

    settings.CIVICNET_LOAD_POLICY = "quarantine"
    assert shown(request_, "home.sevrices") == ""
    assert "home.sevrices" in caplog.text


def test_without_a_request_nothing_stands_there(plug: Plug) -> None:
    plug("good", Shows(mark_safe("<b>good</b>")))

    assert Template(f'{{% load plugins %}}{{% slot "{SLOT}" %}}').render(Context()) == ""


def test_every_slot_is_in_some_page_and_every_page_names_slots_that_there_are() -> None:
    rooms = [ROOT / name for name in ("platform", "site", "plugins")]
    templates = [path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.html")]
    named = {name for text in templates for name in re.findall(r'{% slot "([^"]+)"', text)}

    # The home page of the administration is put together in Python.
    assert named | {"admin.home"} == set(SLOTS)


def test_the_reference_lists_every_slot_as_it_is() -> None:
    page = (ROOT / "docs/reference/slots.md").read_text(encoding="utf-8")

    assert dict(re.findall(r"^\| `([a-z.]+)` \| (.+?) \|$", page, re.M)) == dict(SLOTS)
