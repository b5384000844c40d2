"""The plugin screen: how each plugin stands and fares, acts that ask for a reason beside their field, and an undo for each."""

from __future__ import annotations

import pytest
from django.utils import timezone
from wagtail.models import Site

from civicnet.lifecycle.breaker import open_breaker
from civicnet.lifecycle.models import PluginChange, PluginFault
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import read_standings

INDEX, OFF, ON = "/admin/plugins/", "/admin/plugins/hotline/off/", "/admin/plugins/hotline/on/"
IN_A_DIALOG = {"x-dialog": "1"}


@pytest.fixture
def administrator(staff, client):
    """Somebody who may move the switches, signed in."""
    person = staff(["wagtailadmin.access_admin", "civicnet_lifecycle.switch_plugin"], username="administrator")
    client.force_login(person)
    return client


def test_consequences_are_told_by_the_names_people_know(administrator):
    text = administrator.get(OFF).text

    assert "诉求工单" in text
    assert "/requests/" in text
    assert "hotlineSubmitCase" in text


def test_a_switch_does_not_move_without_a_reason(administrator):
    answer = administrator.post(OFF, {"reason": "  "})

    assert answer.status_code == 400
    assert answer.context["form"].errors == {"reason": ["请填写此项。"]}
    assert read(None).is_on("hotline")
    assert not PluginChange.objects.exists()


def test_a_dialog_gets_the_form_alone_and_its_errors_in_it(administrator):
    page = administrator.get(OFF, headers=IN_A_DIALOG)
    answer = administrator.post(OFF, {"reason": ""}, headers=IN_A_DIALOG)

    assert "<html" not in page.text
    assert page.text.count("<form") == 1
    assert answer.status_code == 200
    assert "请填写此项。" in answer.text
    assert read(None).is_on("hotline")


def test_undo_brings_its_reason_along_and_lets_all_stand_as_before(administrator):
    before = read_standings(["hotline"])
    moved = administrator.post(OFF, {"reason": "演示"}, follow=True)
    change = PluginChange.objects.get()
    undo = f"/admin/plugins/undo/{change.pk}/"

    assert not read(None).is_on("hotline")
    assert f'href="{undo}"' in moved.text

    page = administrator.get(undo)
    administrator.post(undo, {"reason": page.context["form"].initial["reason"]})

    assert page.context["form"].initial["reason"] == "切换后随即撤销。"
    assert read(None).is_on("hotline")
    assert read_standings(["hotline"]) == before
    assert PluginChange.objects.get(undoes=change).reason == "切换后随即撤销。"


def test_what_was_undone_is_not_undone_twice(administrator):
    administrator.post(OFF, {"reason": "演示"})
    undo = f"/admin/plugins/undo/{PluginChange.objects.get().pk}/"
    administrator.post(undo, {"reason": "测试"})

    again = administrator.post(undo, {"reason": "测试"})

    assert again.status_code == 400
    assert PluginChange.objects.count() == 2
    assert read(None).is_on("hotline")


def test_with_a_sunset_the_card_says_until_when_null_is_answered(administrator):
    page = administrator.post(OFF, {"reason": "演示", "sunset": "30"}, follow=True)

    end = read_standings(["hotline"])["hotline"].sunset_until
    assert (end - timezone.now()).days in (29, 30)
    assert f"{timezone.localtime(end):%Y-%m-%d}" in page.text
    assert read(None).sunset == {"hotline"}


def test_each_site_may_differ_and_the_card_says_so(administrator, site_pair):
    government, party = site_pair
    asked = {f"site_{site.pk}": "inherit" for site in Site.objects.all()}

    page = administrator.post(
        "/admin/plugins/hotline/sites/",
        asked | {f"site_{party.pk}": "off", "reason": "党建网不受理诉求"},
        follow=True,
    )

    assert not read(party.pk).is_on("hotline")
    assert read(government.pk).is_on("hotline")
    assert party.hostname in page.text.split('id="plugin-hotline"')[1].split("</li>")[0]


def test_a_plugin_that_is_the_same_everywhere_has_no_page_for_sites(administrator):
    assert administrator.get("/admin/plugins/grid/sites/").status_code == 404


def test_settings_are_asked_on_a_form_made_from_what_the_plugin_declares(administrator):
    declared = "/admin/plugins/hotline/settings/"
    page = administrator.get(declared)
    fields = {name: field for name, field in page.context["form"].fields.items() if name.startswith("setting_")}
    initial = {name: field.initial for name, field in fields.items()}
    name = next(iter(fields))

    refused = administrator.post(declared, {**initial, name: "100000", "reason": "测试"})
    kept = read_standings(["hotline"])["hotline"].settings
    administrator.post(declared, {**initial, name: "7", "reason": "测试"})

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [name]
    assert kept == {}
    # What is as by default is not stored.
    assert read_standings(["hotline"])["hotline"].settings == {name.removeprefix("setting_"): 7}


def test_a_plugin_of_single_sites_has_no_switch_for_everyone(administrator, plug):
    plug("local", on=False, scope="site")

    card = administrator.get(INDEX).text.split('id="plugin-local"')[1].split("</li>\n      <li")[0]

    assert "/admin/plugins/local/sites/" in card
    assert "/admin/plugins/local/on/" not in card


def test_what_went_wrong_stands_on_the_card_and_on_the_plugins_own_page(administrator):
    PluginFault.objects.create(
        slug="hotline", hook="waiting", error="ValueError", message="broken on purpose", trace="at line 7", times=3
    )
    open_breaker("hotline", "waiting", reason="ValueError: broken on purpose")

    card = administrator.get(INDEX).text.split('id="plugin-hotline"')[1].split("</li>\n      <li")[0]
    page = administrator.get("/admin/plugins/hotline/").text

    assert "/admin/plugins/hotline/#faults" in card
    assert "/admin/plugins/hotline/#stopped" in card
    assert "broken on purpose" in page
    assert "at line 7" in page
    assert 'href="/admin/plugins/hotline/hooks/waiting/reset/"' in page


def test_whoever_may_not_move_switches_sees_none_of_it(staff, client):
    client.force_login(staff(["wagtailadmin.access_admin"], username="clerk"))

    answers = {
        client.get(path).status_code for path in (INDEX, OFF, "/admin/plugins/hotline/", "/admin/plugins/undo/1/")
    }

    assert 200 not in answers
    assert read(None).is_on("hotline")


def test_the_screen_costs_the_same_statements_however_much_has_happened(administrator, django_assert_max_num_queries):
    for number in range(30):
        PluginFault.objects.create(slug="grid", hook=f"hook{number}", error="ValueError", times=1)

    with django_assert_max_num_queries(60):
        administrator.get(INDEX)
