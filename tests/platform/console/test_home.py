"""The home page of the admin: what waits comes first, for each person their own."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from civicnet.access.models import User
from civicnet.contract import Actor, Waiting, hookimpl
from civicnet.testing.fixtures import Plug

ADMIN = "wagtailadmin.access_admin"


class Ringing:
    """A plugin where something waits for whoever may ring."""

    @hookimpl
    def waiting(self, actor: Actor) -> list[Waiting]:
        return [Waiting("演示待办", 3 if actor.may(ADMIN) else 0, "/admin/ring/"), Waiting("没有的", 0, "/x/")]


class Broken:
    """A plugin that fails."""

    @hookimpl
    def waiting(self, actor: Actor) -> list[Waiting]:
        raise ValueError("broken on purpose")


def test_what_waits_stands_first_with_its_number_and_leads_there(
    plug: Plug, staff: Callable[..., User], client: Client
) -> None:
    plug("ringing", Ringing())
    plug("broken", Broken())
    client.force_login(staff([ADMIN]))

    page = client.get("/admin/").content.decode()

    assert '<a href="/admin/ring/"><strong>3</strong> 演示待办</a>' in page
    assert "没有的" not in page


def test_an_empty_day_says_so(staff: Callable[..., User], client: Client) -> None:
    client.force_login(staff([ADMIN]))

    page = client.get("/admin/").content.decode()

    assert "暂时没有需要您处理的事项" in page


def test_the_home_page_sends_nobody_to_guides_elsewhere(staff: Callable[..., User], client: Client) -> None:
    client.force_login(staff([ADMIN]))

    page = client.get("/admin/").content.decode()

    assert "wagtail.org" not in page


def test_a_wrong_address_is_answered_in_the_words_of_this_site(staff: Callable[..., User], client: Client) -> None:
    client.force_login(staff([ADMIN]))

    answer = client.get("/admin/nothing/here/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "没有这个页面" in page
    assert "Wagtail" not in page
