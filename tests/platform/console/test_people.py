"""The screens for people, roles and permissions: asked by post, told in words, and the only door."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from civicnet.access.actors import staff_actor
from civicnet.access.models import User

ENTER = "wagtailadmin.access_admin"
VIEW, MANAGE, ROLES = (f"civicnet_access.{code}" for code in ("view_people", "manage_people", "manage_roles"))
TODAY = timezone.localdate().isoformat()


@pytest.fixture
def administrator(staff, client):
    """Somebody who looks after people and roles of the whole city, signed in."""
    person = staff([ENTER, VIEW, MANAGE, ROLES], username="administrator")
    client.force_login(person)
    return client


@pytest.fixture
def colleague(staff):
    """Somebody who looks at grids in a subdistrict."""
    return staff([ENTER, "civicnet_grid.view_grid"], "222403001", username="colleague")


def role(name, *codenames):
    """A role with permissions."""
    made = Group.objects.create(name=name)
    made.permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


def test_an_account_is_opened_and_its_password_shown_once(administrator):
    answer = administrator.post(
        "/admin/people/new/",
        {
            "full_name": "演示新人",
            "username": "xinren",
            "role": role("看格", "view_grid").pk,
            "organisation": "222403001 渤海街道",
            "valid_from": TODAY,
            "reason": "演示到岗",
        },
    )

    person = User.objects.get(username="xinren")
    password = answer.context["password"]
    assert password in answer.text and person.check_password(password)
    assert "no-store" in answer["Cache-Control"]
    assert "演示新人" in administrator.get("/admin/people/").text
    assert password not in administrator.get(f"/admin/people/{person.pk}/").text


def test_what_was_typed_stays_when_something_is_missing(administrator):
    answer = administrator.post("/admin/people/new/", {"full_name": "演示新人", "username": "a b"})

    assert answer.status_code == 400
    assert {"role", "organisation", "reason"} <= answer.context["form"].errors.keys()
    assert 'value="演示新人"' in answer.text


def test_a_person_is_appointed_and_relieved_on_their_page(administrator, colleague):
    address = f"/admin/people/{colleague.pk}/"
    administrator.post(
        f"{address}appoint/",
        {"role": role("看单", "view_case").pk, "organisation": "222403001", "valid_from": TODAY, "reason": "演示"},
    )
    assert staff_actor(colleague).may("civicnet_hotline.view_case")

    position = colleague.positions.get(role__name="看单")
    assert f"/admin/people/positions/{position.pk}/end/" in administrator.get(address).text
    administrator.post(f"/admin/people/positions/{position.pk}/end/", {"on": TODAY, "reason": "演示"})

    assert not staff_actor(colleague).may("civicnet_hotline.view_case")
    assert "已结束" in administrator.get(address).text


def test_duties_that_are_kept_apart_are_named_beside_the_form(administrator, colleague):
    answer = administrator.post(
        f"/admin/people/{colleague.pk}/appoint/",
        {
            "role": role("混合", "switch_plugin", "view_case").pk,
            "organisation": "222403",
            "valid_from": TODAY,
            "reason": "演示",
        },
    )

    assert answer.status_code == 400
    assert "启用和停用插件" in answer.text and "查看工单全文" in answer.text


@pytest.mark.parametrize("act", ["password", "close"])
def test_an_account_is_managed_with_a_reason(administrator, colleague, act):
    silent = administrator.post(f"/admin/people/{colleague.pk}/{act}/", {"reason": " "})
    told = administrator.post(f"/admin/people/{colleague.pk}/{act}/", {"reason": "演示"})

    colleague.refresh_from_db()
    assert (silent.status_code, told.status_code < 400) == (400, True)
    assert not colleague.check_password("demo-only-1234") or not colleague.is_active


def test_people_of_other_places_are_not_there(staff, client, colleague):
    client.force_login(staff([ENTER, VIEW, MANAGE], "222403100", username="town"))

    assert "演示colleague" not in client.get("/admin/people/").text
    for address in ("people/{}/", "people/{}/close/", "people/{}/appoint/", "permissions/person/{}/"):
        assert client.get(f"/admin/{address.format(colleague.pk)}").status_code == 404
    assert client.get(f"/admin/people/positions/{colleague.positions.get().pk}/end/").status_code == 404
    assert client.post(f"/admin/people/{colleague.pk}/close/", {"reason": "演示"}).status_code == 404
    assert User.objects.get(pk=colleague.pk).is_active


@pytest.mark.parametrize(
    "address", ["people/", "people/new/", "roles/", "roles/new/", "permissions/", "permissions/who/", "plugins/"]
)
def test_a_superuser_without_a_post_is_led_away(db, client, address):
    client.force_login(User.objects.create_superuser("root", password="demo-only-1234"))

    assert client.get(f"/admin/{address}").status_code in (302, 403)
    menu = client.get("/admin/permissions/mine/").text
    assert f'href="/admin/{address}"' not in menu


def test_a_role_is_made_and_changed_by_ticks_in_words(administrator):
    made = administrator.post(
        "/admin/roles/new/", {"name": "巡查员", "permissions": ["civicnet_grid.view_grid"], "reason": "演示"}
    )
    page = administrator.get(made.url)

    assert "查看网格和一格一档" in page.text
    assert "Can add" not in page.text and "civicnet_grid | " not in page.text
    administrator.post(made.url, {"name": "巡格员", "permissions": [], "reason": "演示"})
    changed = Group.objects.get(name="巡格员")
    assert not changed.permissions.exists()


def test_a_refused_change_of_a_role_keeps_the_ticks_and_the_name(administrator):
    made = role("看单", "view_case")

    answer = administrator.post(
        f"/admin/roles/{made.pk}/",
        {
            "name": "新名",
            "permissions": ["civicnet_hotline.view_case", "civicnet_lifecycle.switch_plugin"],
            "reason": "演示",
        },
    )

    assert answer.status_code == 400
    assert "职责须分离" in answer.text
    assert answer.text.count(" checked") >= 2
    made.refresh_from_db()
    assert made.name == "看单" and made.permissions.count() == 1


def test_who_looks_after_people_reads_roles_and_changes_none(staff, client):
    client.force_login(staff([ENTER, VIEW], username="looker"))
    made = role("看单", "view_case")

    page = client.get(f"/admin/roles/{made.pk}/")
    client.post(f"/admin/roles/{made.pk}/", {"name": "新名", "permissions": [], "reason": "演示"})

    assert "disabled" in page.text and 'name="reason"' not in page.text
    made.refresh_from_db()
    assert made.name == "看单" and made.permissions.count() == 1


def test_a_plugin_that_is_off_shows_its_permissions_as_resting(administrator):
    from civicnet.access.actors import SYSTEM
    from civicnet.lifecycle.activation import disable_plugin

    disable_plugin(slug="hotline", actor=SYSTEM, reason="演示")

    assert "该插件已停用" in administrator.get("/admin/roles/new/").text
    assert "暂不生效" in administrator.get("/admin/permissions/").text


def test_the_matrix_ticks_what_roles_may_and_leads_to_who_and_why(administrator, colleague):
    page = administrator.get("/admin/permissions/", {"person": "colleague"})
    address = page.text.split('class="cn-yes"><a href="')[1].split('"')[0].replace("&amp;", "&")
    who = administrator.get(
        "/admin/permissions/who/", {"permission": "civicnet_grid.view_grid", "organisation": "222403001001"}
    )

    assert [one.name for one in page.context["roles"]] == ["role of colleague"]
    assert administrator.get(address).status_code == 200
    assert "因为在渤海街道（含下级）担任role of colleague，自 2026-01-01 起" in who.text
    elsewhere = {"permission": "civicnet_grid.view_grid", "organisation": "222403100"}
    assert "今天没有人能做这件事" in administrator.get("/admin/permissions/who/", elsewhere).text


def test_everybody_reads_why_they_may_what_they_may(colleague, client):
    client.force_login(colleague)

    text = client.get("/admin/permissions/mine/").text

    assert "查看网格和一格一档" in text and "渤海街道" in text
    assert "查看工单全文" not in text
    assert '/admin/permissions/mine/"' in client.get("/admin/").text.replace("\\u002D", "-")


def test_the_matrix_takes_a_constant_number_of_statements(administrator, staff):
    for number in range(6):
        staff([ENTER, "civicnet_grid.view_grid"], username=f"person-{number}")
    administrator.get("/admin/permissions/")

    with CaptureQueriesContext(connection) as asked:
        administrator.get("/admin/permissions/")

    # Around a test a transaction is open, as it never is around this page: there hooks get a savepoint each, and no
    # snapshot is kept.
    told = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"] and "civicnet_lifecycle_" not in one["sql"]]
    assert len(told) <= 18


def test_wagtails_own_doors_to_users_and_groups_are_closed(db, client, colleague):
    client.force_login(User.objects.create_superuser("root", password="demo-only-1234"))
    groups = list(colleague.groups.all())

    for address in ("users/add/", "groups/new/", f"users/delete/{colleague.pk}/", "groups/add/"):
        assert client.get(f"/admin/{address}").status_code == 404
    assert client.get("/admin/users/").url == "/admin/people/"
    assert (
        client.post(f"/admin/users/edit/{colleague.pk}/", {"is_superuser": "on"}).url
        == f"/admin/people/{colleague.pk}/"
    )
    for action in ("assign_role", "delete", "set_active_state"):
        address = f"/admin/bulk/civicnet_access/user/{action}/?id={colleague.pk}"
        assert client.post(address, {"role": Group.objects.first().pk}).status_code == 404
    assert list(colleague.groups.all()) == groups
    assert not User.objects.get(pk=colleague.pk).is_superuser


def test_the_account_page_asks_one_name(colleague, client):
    client.force_login(colleague)
    page = client.get("/admin/account/")
    sent = {"name_email-full_name": "演示改名", "name_email-email": "", "theme-theme": "system"}

    client.post("/admin/account/", {**sent, "theme-contrast": "system", "theme-density": "default"})

    assert "name_email-first_name" not in page.text
    assert User.objects.get(pk=colleague.pk).full_name == "演示改名"


def test_a_worker_without_the_administration_reads_it_on_the_desk(staff, client):
    client.force_login(staff(["civicnet_grid.view_grid"], "222403001001", username="worker"))

    text = client.get("/desk/mine/").text

    assert "因为在红旗社区（含下级）担任role of worker" in text
    client.logout()
    assert client.get("/desk/mine/").status_code == 302


def test_a_role_is_let_write_below_a_site_and_never_publishes(administrator):
    made = role("撰稿", "access_admin")
    home = Page.objects.filter(sites_rooted_here__isnull=False).first()
    address = f"/admin/roles/{made.pk}/"

    administrator.post(
        address, {"name": "撰稿", "permissions": ["wagtailadmin.access_admin"], "pages": [home.pk], "reason": "演示"}
    )

    held = GroupPagePermission.objects.filter(group=made, page=home).values_list("permission__codename", flat=True)
    assert set(held) == {"add_page", "change_page"}
    assert "撰写、修改他人稿件" in administrator.get(address).text
    administrator.post(address, {"name": "撰稿", "permissions": ["wagtailadmin.access_admin"], "reason": "演示"})
    assert not GroupPagePermission.objects.filter(group=made).exists()


def test_a_role_that_nobody_held_is_deleted_after_asking_why(administrator):
    made = role("多余", "access_admin")
    address = f"/admin/roles/{made.pk}/delete/"

    asked = administrator.get(address)
    refused = administrator.post(address, {"reason": ""})
    done = administrator.post(address, {"reason": "演示"})

    assert (asked.status_code, refused.status_code) == (200, 400)
    assert "删除角色" in asked.text
    assert (done.status_code, done.url) == (302, "/admin/roles/")
    assert not Group.objects.filter(pk=made.pk).exists()
