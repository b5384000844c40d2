"""Grids and the people in them: opened by those who may, seen by their own subtree, held to rules by the database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_grid import selectors
from civicnet_grid.errors import AccountTaken, GridCodeInvalid, GridCodeTaken
from civicnet_grid.models import Absence, Grid, Post, Worker
from civicnet_grid.services import apply_roster, link_user, open_grid, record_absence

ADD = "civicnet_grid.add_grid"


def test_a_grid_is_opened_in_a_community(city, actor):
    office = actor([ADD], "222403001")

    grid = open_grid(
        organisation=city["222403001001"], code="222403001001009", name=" 演示大厦 ", kind="DEDICATED", actor=office
    )

    assert (grid.name, grid.kind, grid.households) == ("演示大厦", "DEDICATED", None)
    written = AuditRecord.objects.first()
    assert (written.action, written.object_id) == ("grid.open_grid", str(grid.pk))
    assert written.after == {"code": "222403001001009", "name": "演示大厦", "kind": "DEDICATED"}


@pytest.mark.parametrize(
    ("organisation", "code", "name", "error", "field"),
    [
        ("222403001001", "22240300100100", "演示", GridCodeInvalid, "code"),
        ("222403001001", "222403001002001", "演示", GridCodeInvalid, "code"),
        ("222403001001", "22240300100100X", "演示", GridCodeInvalid, "code"),
        ("222403001001", "222403001001001", "演示", GridCodeTaken, "code"),
        ("222403001001", "222403001001002", " ", InvalidInput, "name"),
        ("222403001", "222403001000001", "演示", InvalidInput, "organisation"),
    ],
)
def test_a_grid_that_breaks_a_rule_is_not_opened(team, city, organisation, code, name, error, field):
    with pytest.raises(error) as refused:
        open_grid(organisation=city[organisation], code=code, name=name, actor=SYSTEM)

    assert refused.value.field == field
    assert Grid.objects.count() == 1


def test_a_neighbouring_town_opens_no_grid(city, actor):
    neighbour = actor([ADD], "222403100")

    with pytest.raises(Refused):
        open_grid(organisation=city["222403001001"], code="222403001001001", name="演示", actor=neighbour)

    assert not Grid.objects.exists()


@pytest.mark.parametrize(
    ("permission", "door"),
    [
        ("civicnet_grid.view_grid", selectors.visible_grids),
        ("civicnet_grid.view_post", selectors.visible_posts),
        ("civicnet_grid.view_worker", selectors.visible_workers),
        ("civicnet_grid.view_absence", selectors.visible_absences),
    ],
)
def test_every_door_opens_to_the_own_subtree_only(team, actor, permission, door):
    lead = Post.objects.select_related("grid__organisation", "worker").get(level=1)
    record_absence(post=lead, first_day=date(2026, 9, 1), last_day=date(2026, 9, 2), actor=SYSTEM)

    own, neighbour = actor([permission], "222403001"), actor([permission], "222403100")
    other_post = actor(["civicnet_access.view_user"], "222403001")

    assert door(own).exists()
    assert not door(neighbour).exists()
    assert not door(other_post).exists()
    assert not door(ANONYMOUS).exists()


def test_a_worker_is_linked_with_an_account_once(team, staff):
    first, second = staff([], username="first"), staff([], username="second")
    one, other = Worker.objects.order_by("pk")[:2]

    link_user(worker=one, user=first, actor=SYSTEM)
    link_user(worker=one, user=first, actor=SYSTEM)

    assert Worker.objects.get(pk=one.pk).user == first
    assert AuditRecord.objects.filter(action="grid.link_user").count() == 1
    for worker, user in ((one, second), (other, first)):
        with pytest.raises(AccountTaken):
            link_user(worker=worker, user=user, actor=SYSTEM)
    assert list(Worker.objects.exclude(user=None).values_list("pk", "user")) == [(one.pk, first.pk)]


def test_a_neighbouring_town_links_no_account(team, staff, actor):
    worker = Worker.objects.select_related("organisation").first()

    with pytest.raises(Refused):
        link_user(worker=worker, user=staff([]), actor=actor(["civicnet_grid.change_worker"], "222403100"))

    assert not Worker.objects.exclude(user=None).exists()


@pytest.mark.parametrize(
    ("model", "which", "change"),
    [
        (Grid, {}, {"code": "22240300100100"}),
        (Grid, {}, {"name": ""}),
        (Grid, {}, {"kind": "OTHER"}),
        (Grid, {}, {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}),
        (Worker, {"name": "演示1"}, {"name": ""}),
        (Worker, {"name": "演示1"}, {"sex": "X"}),
        (Worker, {"name": "演示1"}, {"id_index": "short"}),
        (Worker, {"name": "演示1"}, {"number": "222403-000002"}),
        (Post, {"worker__name": "演示4"}, {"level": 4}),
        (Post, {"worker__name": "演示4"}, {"seat": 0}),
        (Post, {"worker__name": "演示4"}, {"duty": "SPARE"}),
        (Post, {"worker__name": "演示4"}, {"duty": "BACKUP"}),
        (Post, {"worker__name": "演示4"}, {"kind": "GRID_LEAD"}),
        (Post, {"worker__name": "演示1"}, {"duty": "BACKUP"}),
        (Post, {"worker__name": "演示1"}, {"kind": "GRID_WORKER"}),
        (Post, {"worker__name": "演示1"}, {"valid_to": date(2000, 1, 1)}),
    ],
)
def test_the_database_refuses_what_must_never_be(team, model, which, change):
    chosen = model.objects.filter(pk=model.objects.get(**which).pk)
    before = list(model.objects.order_by("pk").values())

    with pytest.raises(IntegrityError), transaction.atomic():
        chosen.update(**change)

    assert list(model.objects.order_by("pk").values()) == before


def test_the_database_refuses_an_absence_that_ends_before_it_begins(team):
    post = Post.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(post=post, first_day=date(2026, 2, 1), last_day=date(2026, 1, 1))

    assert not Absence.objects.exists()


def test_nothing_that_judges_a_person_can_be_kept():
    kept = {field.name for model in (Grid, Worker, Post, Absence) for field in model._meta.fields}

    assert kept == {
        *("id", "organisation", "code", "name", "kind", "households", "valid_from", "valid_to"),
        *("number", "sex", "id_number", "id_index", "phone", "phone_index", "political_status", "user"),
        *("grid", "level", "seat", "duty", "worker", "post", "first_day", "last_day"),
    }


def test_a_person_found_by_name_number_or_community(team, actor):
    office = actor(["civicnet_grid.view_worker"], "222403001")

    assert [one.name for one in selectors.find_workers(office, "演示3")] == ["演示3"]
    assert [one.name for one in selectors.find_workers(office, "红旗 000002")] == ["演示2"]
    assert list(selectors.find_workers(office, "北苑")) == []


def test_a_list_is_narrowed_to_a_township(team, city, row, actor):
    there = {"organisation_code": "222403100200", "grid_code": "222403100200001"}
    apply_roster(rows=[row(9, **there)], actor=SYSTEM)
    office = actor(["civicnet_grid.view_grid"])

    assert [one.name for one in selectors.townships_with_grids(office)] == ["渤海街道", "大石头镇"]
    narrowed = selectors.in_subtree(selectors.visible_grids(office), city["222403100"])
    assert [one.code for one in narrowed] == ["222403100200001"]
