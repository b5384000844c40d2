"""Sessions: they end when nobody uses them, when the day is over, and everywhere when the password changes."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from civicnet.access.actors import SYSTEM
from civicnet.access.passwords import change_password, end_sessions
from civicnet_site.sign_in.idle import BEGAN, SEEN


def shift(client: Client, **back: int) -> None:
    session = client.session
    for key, minutes in back.items():
        session[{"began": BEGAN, "seen": SEEN}[key]] -= minutes * 60
    session.save()


@pytest.fixture
def inside(person, client) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize(("address", "door"), [("/admin/account/", "/admin/login/"), ("/desk/", "/desk/sign-in/")])
def test_an_idle_session_ends_and_the_sign_in_page_says_so(inside, address, door) -> None:
    shift(inside, seen=31)

    answer = inside.get(address)
    page = inside.get(answer.headers["Location"])

    assert answer.headers["Location"].startswith(f"{door}?next={address}")
    assert "30 分钟" in page.text
    assert f'value="{address}"' in page.text
    assert "_auth_user_id" not in inside.session


@pytest.mark.parametrize("address", ["/admin/account/", "/desk/password/"])
def test_what_was_sent_too_late_is_not_thrown_away_without_a_word(inside, address) -> None:
    shift(inside, seen=31)

    answer = inside.post(address, {"text": "lost"})

    assert answer.status_code == 403
    assert "没有保存" in answer.text


def test_an_autosave_that_comes_too_late_is_told_so_and_stays_on_its_page(inside) -> None:
    shift(inside, seen=31)

    answer = inside.post("/admin/account/", headers={"accept": "application/json"})

    assert (answer.status_code, answer.content) == (403, b"")


def test_a_used_session_goes_on_but_not_beyond_the_day(inside) -> None:
    shift(inside, began=11 * 60, seen=29)
    assert inside.get("/admin/account/").status_code == 200

    shift(inside, began=2 * 60)
    answer = inside.get("/admin/account/")

    assert "ended=lifetime" in answer.headers["Location"]


def test_use_is_written_once_a_minute_at_most(inside) -> None:
    inside.get("/admin/account/")
    first = inside.session[SEEN]
    inside.get("/admin/account/")
    assert inside.session[SEEN] == first

    shift(inside, seen=2)
    inside.get("/admin/account/")

    assert inside.session[SEEN] >= first


def test_what_an_open_page_asks_by_itself_is_no_use(inside) -> None:
    shift(inside, seen=20)
    before = inside.session[SEEN]

    inside.post("/admin/editing-sessions/1/")

    assert inside.session[SEEN] == before


def test_an_ended_session_opens_graphql_neither(inside) -> None:
    shift(inside, seen=31)

    inside.get("/graphql/", {"query": "{ platform { version } }"})

    assert "_auth_user_id" not in inside.session


def test_a_visitor_without_a_session_gets_none(client, db) -> None:
    answer = client.get("/graphql/", {"query": "{ platform { version } }"})

    assert not answer.cookies


def test_signing_in_makes_a_new_session(person, client, sign_in) -> None:
    client.force_login(person)
    before = client.session.session_key
    client.post("/desk/sign-out/")

    sign_in("lihua")

    assert client.session.session_key != before
    assert client.session[BEGAN] == pytest.approx(time.time(), abs=5)


def test_a_changed_password_ends_the_other_sessions(person, inside) -> None:
    change_password(person=person, password="another-9-wild-geese", actor=SYSTEM)

    assert inside.get("/admin/account/").status_code == 302


def test_a_person_is_signed_out_everywhere_and_stays_so(person, inside) -> None:
    end_sessions(person=person, actor=SYSTEM, reason="离岗")

    assert inside.get("/admin/account/").status_code == 302


def test_a_deactivated_person_is_out_at_once(person, inside) -> None:
    person.is_active = False
    person.save()

    assert inside.get("/admin/account/").status_code == 302
