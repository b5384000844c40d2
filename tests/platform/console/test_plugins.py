"""The plugin screen: consequences by name, a reason that is asked for beside its field, and an undo that brings one."""

from __future__ import annotations

import pytest

from civicnet.lifecycle.snapshot import read

OFF, ON = "/admin/plugins/hotline/off/", "/admin/plugins/hotline/on/"


@pytest.fixture
def administrator(staff, client):
    """Somebody who may move the switches, signed in."""
    person = staff(["wagtailadmin.access_admin", "civicnet_lifecycle.switch_plugin"], username="administrator")
    client.force_login(person)
    return client


def test_consequences_are_told_by_the_names_people_know(administrator):
    text = administrator.get(OFF).text

    assert "诉求工单</li>" in text
    assert "工单</li>" in text
    assert "/open311/v2/、/requests/、/desk/hotline/</li>" in text
    assert "hotlineCases" in text


def test_a_switch_does_not_move_without_a_reason(administrator):
    answer = administrator.post(OFF, {"reason": "  "})

    assert answer.status_code == 400
    assert answer.context["form"].errors == {"reason": ["请填写此项。"]}
    assert read(None).is_on("hotline")


def test_undo_brings_its_reason_along(administrator):
    moved = administrator.post(OFF, {"reason": "演示"}, follow=True)
    assert not read(None).is_on("hotline")

    undo = moved.text.split(f'href="{ON}')[1].split('"')[0]
    page = administrator.get(ON + undo)
    administrator.post(ON, {"reason": page.context["form"].initial["reason"]})

    assert page.context["form"].initial["reason"] == "切换后随即撤销。"
    assert read(None).is_on("hotline")
