"""我要纠错: an error that a reader found on a page becomes a case with its deadline, on the desk of the page's editor."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, User
from civicnet.lifecycle.activation import disable_plugin, set_site_mode
from civicnet.lifecycle.models import SiteMode
from civicnet.testing.fixtures import Plug
from civicnet_hotline.deadlines import due_at
from civicnet_hotline.models import Case, Category
from civicnet_hotline.services import open_category, reply_to_case, sign_for_case
from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage
from civicnet_publicity.services import set_up_editors

HOST = "gov.test"
GOOD = {"page": "/news/one/", "fault": "TYPO", "words": "“网个”应为“网格”，电话13912345678"}
FRIDAY = datetime(2026, 11, 27, 2, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def editor(city: dict[str, Organisation], staff: Callable[..., User]) -> User:
    """Writes below the government site."""
    Site.objects.all().delete()
    home = Page.get_first_root_node().add_child(instance=HomePage(title="home", slug="gov"))
    Site.objects.create(hostname=HOST, root_page=home, is_default_site=True)
    person = staff([], "222403001001", username="editor")
    group = Group.objects.create(name="editors of the test")
    set_up_editors(page=home, editors=group, actor=SYSTEM)
    person.groups.add(group)
    column = HomePage.objects.get().add_child(instance=ColumnPage(title="动态", slug="news"))
    column.save_revision().publish()
    article = ColumnPage.objects.get().add_child(
        instance=ArticlePage(title="网个一日", slug="one", live=False, owner=person)
    )
    article.save_revision().publish()
    cache.clear()
    return person


@pytest.fixture
def send(client: Client, editor: User) -> Callable[..., Any]:
    """Sends the form as a reader does."""
    return lambda **given: client.post("/requests/error/", GOOD | given, headers={"host": HOST})


def test_every_public_page_leads_to_a_form_that_names_it(client: Client, editor: User) -> None:
    for path in ("/", "/news/", "/news/one/", "/search/", "/nowhere/"):
        page = client.get(path, headers={"host": HOST}).text
        (link,) = re.findall(r'href="(/requests/error/\?page=[^"]*)"', page)
        form = client.get(link, headers={"host": HOST})
        assert f'name="page" value="{path}"' in form.text
        assert "no-store" in form["Cache-Control"] and "csrftoken" in form.cookies
    assert "网个一日" in client.get("/requests/error/?page=/news/one/", headers={"host": HOST}).text
    # Nobody is led away from the site by it.
    for elsewhere in (
        "//evil.test/",
        "/\\evil.test/",
        "/\t/evil.test/",
        "https://evil/",
        "javascript:alert(1)",
        "x" * 700,
    ):
        told = client.get("/requests/error/", {"page": elsewhere}, headers={"host": HOST})
        assert 'name="page" value="/"' in told.text

    set_site_mode(slug="hotline", site_id=Site.objects.get().pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")
    assert "/requests/error/" not in client.get("/news/", headers={"host": HOST}).text


def test_a_report_is_a_case_on_the_editors_desk_due_in_three_working_days_and_leaves_the_board_when_answered(
    client: Client, send: Callable[..., Any], editor: User
) -> None:
    sent = send(caller_phone="0433 1234567", once="form-1")
    assert send(once="form-1").status_code == 302
    case = Case.objects.get()

    assert sent["Location"] == f"/requests/received/{case.token}/"
    assert (case.category.code, case.state, case.assignee_id) == ("site-error", "DISPATCHED", editor.pk)
    assert case.due_at == due_at("CORRECTION", accepted_at=case.requested_at)
    assert f"{timezone.localtime(due_at('CORRECTION', accepted_at=FRIDAY)):%Y-%m-%d}" == "2026-12-02"
    assert case.description.startswith("错别字或标点错误：“网个”")
    assert case.post_label == "“动态”栏目编辑" and case.caller_phone == "04331234567"
    progress = client.get(sent["Location"].replace("received", "progress"), headers={"host": HOST}).text
    assert "网个一日" in progress
    # Nobody is told by what address somebody follows their case.
    (link,) = re.findall(r'href="(/requests/error/\?page=[^"]*)"', progress)
    assert 'name="page" value="/requests/"' in client.get(link, headers={"host": HOST}).text

    client.force_login(editor)
    board = client.get("/admin/publicity/board/").text
    assert case.number in board and f"/desk/hotline/{case.number}/" in board and "“网个”应为" in board
    assert "13912345678" not in board and "1234567" not in board
    assert "读者纠错" in client.get("/admin/").text
    # A portal may send anything as the id of a place.
    for nonsense in ("publicity.article:፩", f"publicity.column:{10**40}"):
        Case.objects.update(address_id=nonsense)
        assert case.number in client.get("/admin/publicity/board/").text
    sign_for_case(actor=staff_actor(editor), case=case)
    reply_to_case(actor=staff_actor(editor), case=case, reply="已改正，谢谢。")
    assert case.number not in client.get("/admin/publicity/board/").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"fault": "RUDE"}, "请重新选择"),
        ({"words": ""}, "请填写"),
        ({"words": "x" * 1001}, "1000"),
        ({"caller_phone": "call me"}, "电话"),
        ({"website": "http://spam.test"}, "请将最后一栏留空"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_kept(
    send: Callable[..., Any], wrong: dict[str, str], sentence: str
) -> None:
    answer = send(**wrong)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert GOOD["words"] in answer.text or "words" in wrong
    assert not Case.objects.exists() and not Category.objects.exists()


def test_programs_are_slowed_down_and_a_closed_category_takes_nothing(send: Callable[..., Any]) -> None:
    assert [send(words=f"{number}").status_code for number in range(7)] == [302] * 6 + [429]
    assert Case.objects.count() == 6
    cache.clear()
    Category.objects.update(active=False)

    answer = send()

    assert answer.status_code == 409 and "目前这里不受理网站纠错" in answer.text
    assert Case.objects.count() == 6


@pytest.mark.only_on("sqlite")
def test_of_two_first_reports_at_the_same_moment_both_are_taken_in(send: Callable[..., Any], monkeypatch) -> None:
    def too_late(**given: Any) -> Category:
        open_category(**given)
        raise IntegrityError

    monkeypatch.setattr("civicnet_hotline.services.correcting.open_category", too_late)

    assert send().status_code == 302
    assert Case.objects.get().category == Category.objects.get()


def test_of_a_page_that_nobody_answers_for_a_dispatcher_decides_and_no_grid_is_asked(
    send: Callable[..., Any], editor: User, plug: Plug
) -> None:
    editor.groups.clear()

    assert send(page="/nowhere/").status_code == 302

    case = Case.objects.get()
    assert (case.state, case.organisation, case.address_id) == (
        "TO_DISPATCH",
        None,
        f"publicity.site:{Site.objects.get().pk}",
    )
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    assert send(page="/nowhere/", words="x").status_code == 302
    assert Case.objects.latest("pk").address == f"http://{HOST}/nowhere/"
