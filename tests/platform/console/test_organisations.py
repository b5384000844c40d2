"""The tree is opened level by level, and changed by whoever's post reaches both ends, with a day and a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civicnet.access.models import Organisation, User
from civicnet.access.organisation_selectors import organisation

ADMIN = "wagtailadmin.access_admin"
VIEW, ADD, CHANGE = (f"civicnet_access.{verb}_organisation" for verb in ("view", "add", "change"))
PEOPLE = "civicnet_access.view_people"
DAY_AND_REASON = {"day": "2026-03-01", "reason": "区划调整"}


@pytest.fixture
def enter(client: Client, staff: Callable[..., User]) -> Callable[..., Client]:
    def sign_in(*permissions: str, at: str = "222403") -> Client:
        client.force_login(staff([ADMIN, *permissions], at, username="clerk"))
        return client

    return sign_in


def page(one: Organisation, act: str = "organisation") -> str:
    return reverse(f"organisations:{act}", args=[one.pk])


def test_the_tree_begins_where_the_post_does(city: dict[str, Organisation], enter: Callable[..., Client]) -> None:
    browser = enter(VIEW, at="222403001")

    html = browser.get(reverse("organisations:index")).content.decode()

    assert "渤海街道" in html and "大石头镇" not in html
    assert "红旗社区" in browser.get(page(city["222403001"])).content.decode()
    assert browser.get(page(city["222403100"])).status_code == 404


def test_without_a_post_there_is_no_door(city: dict[str, Organisation], enter: Callable[..., Client]) -> None:
    browser = enter()

    for address in (reverse("organisations:index"), page(city["222403"]), page(city["222403"], "rename")):
        assert browser.get(address).status_code == 302
        assert "渤海" not in browser.get(address, follow=True).content.decode()


def test_a_search_finds_former_names_and_stays_in_the_area(
    city: dict[str, Organisation], enter: Callable[..., Client]
) -> None:
    browser = enter(VIEW, at="222403001")
    city["222403001002"].aliases.create(value="北山社区", kind="FORMER_NAME")

    def found(words: str) -> str:
        return browser.get(reverse("organisations:index"), {"q": words}).content.decode()

    assert "北苑社区" in found("北山")
    assert "三道河村委会" not in found("三道河")


def test_a_whole_life_is_entered_and_told(city: dict[str, Organisation], enter: Callable[..., Client]) -> None:
    browser = enter(VIEW, ADD, CHANGE)
    form = {"name": "政务服务中心", "code": "222403-ZW", "kind": "SERVICE_CENTRE", **DAY_AND_REASON}

    assert browser.post(page(city["222403"], "new"), form).status_code == 302
    centre = organisation("222403-ZW")
    browser.post(page(centre, "rename"), {"name": "便民服务中心", "code": "222403-BM", **DAY_AND_REASON})
    browser.post(page(centre, "move"), {"parent": "222403001 渤海街道", **DAY_AND_REASON})
    browser.post(page(centre, "merge"), {"into": "222403100", **DAY_AND_REASON})

    assert organisation("222403-ZW") == organisation("222403-BM") == city["222403100"]
    centre.refresh_from_db()
    assert centre.get_parent() == city["222403100"] and centre.valid_to is not None
    html = browser.get(page(centre)).content.decode()
    assert html.count("区划调整") == 4 and "政务服务中心 → " in html.replace("222403-ZW ", "")
    assert page(centre, "move") not in html


def test_what_cannot_be_is_said_beside_the_field_and_keeps_what_was_typed(
    city: dict[str, Organisation], enter: Callable[..., Client]
) -> None:
    browser = enter(VIEW, CHANGE)

    answer = browser.post(page(city["222403001"], "move"), {"parent": "222403001001", **DAY_AND_REASON})

    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"parent"}
    assert 'value="222403001001"' in answer.content.decode()
    assert organisation("222403001").get_parent() == city["222403"]


def test_a_subdistrict_is_not_moved_by_its_own_office(
    city: dict[str, Organisation], enter: Callable[..., Client]
) -> None:
    browser = enter(VIEW, CHANGE, at="222403001")

    html = browser.get(page(city["222403001"])).content.decode()
    answer = browser.post(page(city["222403001"], "merge"), {"into": "222403001002", **DAY_AND_REASON})

    assert page(city["222403001"], "move") not in html and page(city["222403001"], "rename") in html
    assert answer.status_code == 400
    assert organisation("222403001").valid_to is None


def test_names_of_those_who_work_there_are_for_those_who_look_after_people(
    city: dict[str, Organisation], enter: Callable[..., Client], staff: Callable[..., User]
) -> None:
    staff([], "222403001001", username="worker")
    browser = enter(VIEW)

    assert "role of worker" in browser.get(page(city["222403001001"])).content.decode()
    assert "演示worker" not in browser.get(page(city["222403001001"])).content.decode()

    browser.force_login(staff([ADMIN, VIEW, PEOPLE], "222403001", username="office"))
    assert "演示worker" in browser.get(page(city["222403001001"])).content.decode()


def test_the_number_of_statements_does_not_grow_with_the_level(
    city: dict[str, Organisation], enter: Callable[..., Client]
) -> None:
    browser = enter(VIEW)

    def statements() -> int:
        with CaptureQueriesContext(connection) as sent:
            assert browser.get(page(city["222403"])).status_code == 200
        return len(sent)

    # The first one also reads how the plugins stand.
    statements()
    before = statements()
    for number in range(60):
        city["222403"] = organisation("222403")
        city["222403"].add_child(code=f"22240330{number:02d}", name=f"演示镇{number}", kind="TOWN")

    assert statements() == before
