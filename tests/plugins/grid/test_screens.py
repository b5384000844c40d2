"""The pages of the grid plugin: lists, the file of a grid, forms that keep what was typed, the worker's desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet_grid.models import Absence, Grid, Post, Worker
from civicnet_grid.services import apply_roster, link_user, record_absence

OFFICE = [
    "civicnet_grid.view_grid",
    "civicnet_grid.view_post",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_absence",
    "civicnet_grid.add_grid",
    "civicnet_grid.add_absence",
    "civicnet_grid.change_post",
]


@pytest.fixture
def sign_in(staff, client):
    """Signs somebody in who may enter the admin: ``sign_in(permissions, organisation_code)``."""

    def enter(permissions, organisation_code="222403001"):
        person = staff(["wagtailadmin.access_admin", *permissions], organisation_code, username="office")
        client.force_login(person)
        return person

    return enter


def held(name):
    """The current post of a person."""
    return Post.objects.select_related("grid__organisation", "worker").get(worker__name=name, valid_to__isnull=True)


def text_of(response):
    """What a reader sees: no tags, single spaces."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_an_empty_list_names_the_next_step_and_a_search_does_not(city, sign_in, client):
    sign_in(OFFICE)

    assert "请先到“数据导入导出”导入名册" in text_of(client.get("/admin/grid/grids/"))
    assert "请先到“数据导入导出”导入名册" not in text_of(client.get("/admin/grid/grids/?q=nothing"))


@pytest.mark.parametrize("place", ["grids", "posts", "absences"])
def test_lists_show_the_own_subtree_only(team, sign_in, client, place):
    record_absence(post=held("演示4"), first_day=timezone.localdate(), last_day=timezone.localdate(), actor=SYSTEM)
    sign_in(OFFICE, "222403001")
    own = text_of(client.get(f"/admin/grid/{place}/"))
    client.logout()

    assert "红旗社区第1网格" in own


@pytest.mark.parametrize("place", ["grids", "posts", "absences"])
def test_lists_of_a_neighbour_are_empty_and_of_others_are_shut(team, sign_in, client, place):
    record_absence(post=held("演示4"), first_day=timezone.localdate(), last_day=timezone.localdate(), actor=SYSTEM)
    person = sign_in(OFFICE, "222403100")

    page = client.get(f"/admin/grid/{place}/")

    assert page.status_code == 200
    assert "红旗社区第1网格" not in text_of(page)
    person.positions.first().role.permissions.set(Permission.objects.filter(codename="access_admin"))
    assert client.get(f"/admin/grid/{place}/").status_code == 302


def test_a_list_is_searched_and_narrowed(team, row, city, sign_in, client):
    there = {"organisation_code": "222403100200", "grid_code": "222403100200001"}
    apply_roster(rows=[row(9, **there)], actor=SYSTEM)
    sign_in(OFFICE, "222403")

    searched = text_of(client.get("/admin/grid/grids/results/", {"q": "三道河"}))
    narrowed = text_of(client.get("/admin/grid/grids/results/", {"organisation": city["222403001"].pk}))
    posts = text_of(client.get("/admin/grid/posts/results/", {"organisation": city["222403100"].pk}))

    assert "三道河村委会第1网格" in searched and "红旗社区" not in searched
    assert "红旗社区第1网格" in narrowed and "三道河" not in narrowed
    assert "演示9" in posts and "演示4" not in posts


def test_the_file_of_a_grid_shows_its_team_with_phones_in_part(team, sign_in, client):
    sign_in(OFFICE)

    page = client.get(f"/admin/grid/grids/{team.pk}/")

    seen = text_of(page)
    assert page.status_code == 200
    assert "演示4" in seen and "222403-000004" in seen and "100****0004" in seen
    assert "10000000004" not in page.content.decode()
    assert seen.count("今日在岗") == 3 and seen.count("待命") == 2


def test_the_file_names_nobody_to_those_who_may_not_see_people(team, sign_in, client):
    sign_in(["civicnet_grid.view_grid", "civicnet_grid.view_post"])

    seen = text_of(client.get(f"/admin/grid/grids/{team.pk}/"))

    assert "222403-000004" in seen
    assert "演示4" not in seen and "100****" not in seen
    assert "登记请假" not in seen and "办理离岗" not in seen


def test_the_file_of_a_neighbours_grid_is_not_there(team, sign_in, client):
    sign_in(OFFICE, "222403100")

    assert client.get(f"/admin/grid/grids/{team.pk}/").status_code == 404
    assert client.get(f"/admin/grid/posts/{held('演示4').pk}/absence/").status_code == 404
    assert client.get(f"/admin/grid/posts/{held('演示4').pk}/end/").status_code == 404


def test_the_file_costs_the_same_for_small_and_large_teams(team, row, sign_in, client):
    sign_in(OFFICE)
    client.get(f"/admin/grid/grids/{team.pk}/")
    with CaptureQueriesContext(connection) as small:
        client.get(f"/admin/grid/grids/{team.pk}/")
    apply_roster(rows=[row(person) for person in range(20, 40)], actor=SYSTEM)
    with CaptureQueriesContext(connection) as large:
        client.get(f"/admin/grid/grids/{team.pk}/")

    assert len(large) == len(small)


def test_an_absence_is_recorded_on_a_page_and_both_halves_away_is_refused_beside_the_field(team, sign_in, client):
    sign_in(OFFICE)
    today = timezone.localdate()
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=1)).isoformat()}

    done = client.post(f"/admin/grid/posts/{held('演示4').pk}/absence/", days)
    refused = client.post(f"/admin/grid/posts/{held('演示5').pk}/absence/", days)

    assert (done.status_code, done["Location"]) == (302, f"/admin/grid/grids/{team.pk}/")
    assert refused.status_code == 409
    assert "两人须有一人在岗" in text_of(refused)
    assert f'value="{days["last_day"]}"' in refused.content.decode()
    assert list(Absence.objects.values_list("post__worker__name", flat=True)) == ["演示4"]


def test_an_absence_is_taken_back_on_a_page(team, sign_in, client):
    today = timezone.localdate()
    absence = record_absence(post=held("演示4"), first_day=today, last_day=today, actor=SYSTEM)
    sign_in(OFFICE)

    assert client.post(f"/admin/grid/absences/{absence.pk}/withdraw/", {"reason": ""}).status_code == 400
    assert Absence.objects.exists()
    assert client.post(f"/admin/grid/absences/{absence.pk}/withdraw/", {"reason": "登记错了"}).status_code == 302
    assert not Absence.objects.exists()


def test_a_post_is_ended_on_a_page(team, sign_in, client):
    sign_in(OFFICE)
    post, today = held("演示4"), timezone.localdate()

    page = client.post(f"/admin/grid/posts/{post.pk}/end/", {"last_day": today.isoformat(), "reason": "调往其他社区"})

    post.refresh_from_db()
    assert page.status_code == 302
    assert post.valid_to == today


def test_a_grid_is_opened_on_a_page_and_a_wrong_code_keeps_what_was_typed(team, city, sign_in, client):
    sign_in(OFFICE)
    typed = {
        "organisation": city["222403001001"].pk,
        "code": "222403001001001",
        "name": "演示大厦",
        "kind": "DEDICATED",
        "households": "",
        "valid_from": "",
    }

    refused = client.post("/admin/grid/grids/open/", typed)
    opened = client.post("/admin/grid/grids/open/", {**typed, "code": "222403001001002"})

    assert refused.status_code == 409
    assert "已有网格使用这个编码" in text_of(refused) and 'value="演示大厦"' in refused.content.decode()
    grid = Grid.objects.get(name="演示大厦")
    assert (opened["Location"], grid.code, grid.kind) == (
        f"/admin/grid/grids/{grid.pk}/",
        "222403001001002",
        "DEDICATED",
    )


def test_the_menu_is_shown_to_those_whose_post_it_is_and_hides_with_the_plugin(team, sign_in, client):
    sign_in(OFFICE)
    # The menu travels as JSON, where Chinese is escaped: the address tells.
    assert "/admin/grid/grids/" in client.get("/admin/").content.decode()

    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    assert "/admin/grid/grids/" not in client.get("/admin/").content.decode()
    assert client.get("/admin/grid/grids/").status_code == 404
    assert client.get("/desk/grid/").status_code == 404


def test_workers_see_their_own_grids_on_the_desk(team, row, staff, client):
    other = {"grid_code": "222403001001002"}
    apply_roster(rows=[row(9, **other)], actor=SYSTEM)
    person = staff([], "222403001001", username="worker")
    link_user(worker=Worker.objects.get(name="演示4"), user=person, actor=SYSTEM)
    client.force_login(person)

    page = client.get("/desk/grid/")

    seen = text_of(page)
    assert page.status_code == 200
    assert "红旗社区第1网格" in seen and "第2网格" not in seen
    assert "演示4 我 三级网格员 · 主岗 222403-000004 · 100****0004 今日在岗" in seen
    assert "演示5" in seen and "演示9" not in seen
    assert "10000000005" not in page.content.decode()


def test_somebody_without_a_post_is_told_what_to_do(team, staff, client):
    client.force_login(staff([], username="nobody"))

    assert "您今天没有网格岗位" in text_of(client.get("/desk/grid/"))


def test_the_desk_asks_strangers_to_sign_in(team, client):
    page = client.get("/desk/grid/")

    assert page.status_code == 302
    assert page["Location"].startswith("/desk/sign-in/")


def test_the_office_links_an_account_and_the_worker_sees_their_grid(team, sign_in, staff, client):
    post = held("演示4")
    account = staff([], username="field")
    sign_in([*OFFICE, "civicnet_grid.change_worker"])
    address = f"/admin/grid/posts/{post.pk}/account/"

    assert address in client.get(f"/admin/grid/grids/{post.grid_id}/").content.decode()
    unknown = client.post(address, {"user": "nobody"})
    linked = client.post(address, {"user": "field"})
    after = client.get(f"/admin/grid/grids/{post.grid_id}/").content.decode()

    assert unknown.status_code == 400
    assert "没有这个账号" in text_of(unknown)
    assert linked.status_code == 302
    assert Worker.objects.get(pk=post.worker_id).user == account
    assert address not in after


def test_an_account_links_to_one_worker_only(team, sign_in, staff, client):
    account = staff([], username="field")
    link_user(worker=held("演示4").worker, user=account, actor=SYSTEM)
    sign_in([*OFFICE, "civicnet_grid.change_worker"])
    other = held("演示5")

    refused = client.post(f"/admin/grid/posts/{other.pk}/account/", {"user": "field"})

    assert refused.status_code == 409
    assert Worker.objects.get(pk=other.worker_id).user is None


def test_who_does_not_look_after_a_worker_links_nothing(team, sign_in, staff, client):
    staff([], username="field")
    sign_in(OFFICE)
    post = held("演示4")

    refused = client.post(f"/admin/grid/posts/{post.pk}/account/", {"user": "field"})

    assert refused.status_code == 404
    assert Worker.objects.get(pk=post.worker_id).user is None
