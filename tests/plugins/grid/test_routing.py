"""From an address to the post on duty, as hotline asks through its hooks; and workers, as assessment asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.organisations import Division, load_divisions
from civicnet.contract import ANONYMOUS
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.hooks import collect, first
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.routing import find_grid
from civicnet_grid.services import apply_roster, link_user, record_absence

FIRST, SECOND = "222403001001001", "222403001001002"


@pytest.fixture
def grids(team, row):
    """Two grids in 红旗社区, one in 三道河村委会, none in 北苑社区."""
    village = {"organisation_code": "222403100200", "grid_code": "222403100200001"}
    apply_roster(rows=[row(11, grid_code=SECOND), row(12, **village)], actor=SYSTEM)
    return {grid.code: grid for grid in Grid.objects.all()}


@pytest.mark.parametrize(
    ("address", "address_id", "code"),
    [
        ("", FIRST, FIRST),
        ("红旗社区第2网格", "", SECOND),
        ("", "红旗社区第2网格", SECOND),
        ("敦化市渤海街道红旗社区第1网格3号楼", "", FIRST),
        ("渤海街道 红旗社区 第二网格", "", SECOND),
        ("红旗社区2网格", "", SECOND),
        ("红旗社区第２网格", "", SECOND),
        ("大石头镇三道河村", "", "222403100200001"),
        ("大石头镇三道河村委会东侧", "", "222403100200001"),
        ("三道河村3组", "unknown", "222403100200001"),
        ("红旗社区", "", None),
        ("红旗社区第7网格", "", None),
        ("北苑社区第1网格", "", None),
        ("大石头镇红旗社区第1网格", "", None),
        ("渤海街道", "", None),
        ("somewhere else", "", None),
        ("", "", None),
    ],
)
def test_an_address_means_one_grid_or_none(grids, address, address_id, code):
    found = find_grid(address, address_id)

    assert (found.code if found else None) == code


def test_a_name_that_comes_in_two_townships_needs_the_township(grids, row):
    load_divisions(divisions=[Division("222403100201", "红旗社区", "222403100")], actor=SYSTEM)
    there = {"organisation_code": "222403100201", "grid_code": "222403100201001"}
    apply_roster(rows=[row(13, **there)], actor=SYSTEM)

    assert find_grid("红旗社区一号楼") is None
    assert find_grid("大石头镇红旗社区一号楼").code == "222403100201001"
    assert find_grid("渤海街道红旗社区第1网格").code == FIRST


def test_a_longer_name_is_not_taken_for_the_shorter_one_inside_it(grids, row):
    load_divisions(divisions=[Division("222403001003", "东红旗社区", "222403001")], actor=SYSTEM)
    there = {"organisation_code": "222403001003", "grid_code": "222403001003001"}
    apply_roster(rows=[row(13, **there)], actor=SYSTEM)

    assert find_grid("东红旗社区一号楼").code == "222403001003001"


def test_hotline_hears_which_post_is_on_duty(grids, staff):
    post = Post.objects.select_related("worker").get(worker__name="演示4")
    link_user(worker=post.worker, user=staff([], username="worker"), actor=SYSTEM)

    answer = first("hotline_route", address="红旗社区第1网格", address_id="")

    assert answer.plugin == "grid"
    assert (answer.value.grid_code, answer.value.organisation_id) == (FIRST, post.grid.organisation_id)
    assert (answer.value.key, answer.value.label) == (f"grid.post:{post.pk}", "红旗社区第1网格 三级网格员（主岗）")
    assert answer.value.user_id == Worker.objects.get(name="演示4").user_id


def test_hotline_hears_the_backup_while_the_primary_is_away(grids):
    primary = Post.objects.select_related("grid__organisation", "worker").get(worker__name="演示4")
    today = timezone.localdate()
    record_absence(post=primary, first_day=today, last_day=today, actor=SYSTEM)

    answer = first("hotline_route", address="", address_id=FIRST)

    assert answer.value.label == "红旗社区第1网格 三级网格员（备岗）"
    assert answer.value.user_id is None


def test_hotline_hears_nothing_when_the_place_is_unclear_or_the_plugin_is_off(grids):
    assert first("hotline_route", address="红旗社区", address_id="") is None

    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    assert first("hotline_route", address="", address_id=FIRST) is None


def test_a_dispatcher_chooses_among_the_posts_of_visible_grids(grids, actor):
    dispatcher, neighbour = (
        actor(["civicnet_grid.view_grid"], "222403001"),
        actor(["civicnet_grid.view_grid"], "222403100"),
    )

    def offered(who, search):
        return [
            post.label for one in collect("hotline_dispatch_targets", actor=who, search=search) for post in one.value
        ]

    assert offered(dispatcher, "红旗") == ["红旗社区第1网格 三级网格员（主岗）", "红旗社区第2网格 三级网格员（主岗）"]
    assert offered(dispatcher, SECOND) == ["红旗社区第2网格 三级网格员（主岗）"]
    assert offered(neighbour, "红旗") == []
    assert offered(ANONYMOUS, "") == []


def test_targets_cost_the_same_for_one_grid_and_for_many(grids, actor):
    dispatcher = actor(["civicnet_grid.view_grid"])

    with CaptureQueriesContext(connection) as one:
        collect("hotline_dispatch_targets", actor=dispatcher, search=SECOND)
    with CaptureQueriesContext(connection) as many:
        [answer] = collect("hotline_dispatch_targets", actor=dispatcher, search="")

    assert len(answer.value) == 3
    assert len(many) == len(one)


def test_assessment_finds_workers_of_the_own_subtree(grids, staff, actor):
    worker = Worker.objects.get(name="演示4")
    assessor = staff_actor(staff(["civicnet_grid.view_worker"], "222403001", username="assessor"))
    neighbour = actor(["civicnet_grid.view_worker"], "222403100")

    [found] = collect("assessment_subjects", actor=assessor, search="演示4")[0].value

    assert (found.key, found.organisation_id) == (f"grid.worker:{worker.pk}", worker.organisation_id)
    assert found.label == f"演示4（{worker.number}）红旗社区"
    assert first("assessment_subject", actor=assessor, key=found.key).value == found
    assert first("assessment_subject", actor=neighbour, key=found.key) is None
    assert collect("assessment_subjects", actor=neighbour, search="演示4")[0].value == []


@pytest.mark.parametrize("key", ["grid.worker:0", "grid.worker:x", "grid.worker:", "other:1", "", "grid.worker:²"])
def test_a_key_of_nobody_is_answered_with_nothing(grids, actor, key):
    assert first("assessment_subject", actor=actor(["civicnet_grid.view_worker"]), key=key) is None
