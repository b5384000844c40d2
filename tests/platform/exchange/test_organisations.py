"""The host's own sheet: organisations are set up from a list, and come back from one without a change."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.contrib.auth.models import Group

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, OrganisationEvent
from civicnet.access.organisation_changes import close_organisation, create_organisation, rename_organisation
from civicnet.access.positions import appoint
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.organisations import OrganisationResource
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import whole_lines
from civicnet.ledger.models import AuditRecord

HEAD = ["机构代码", "机构名称", "机构类型", "上级代码", "设立日期"]
KEY = OrganisationResource.key


@pytest.fixture
def check(settings, tmp_path, city):
    """Uploads rows as a text and checks them."""
    settings.MEDIA_ROOT = str(tmp_path)

    def run(*rows: list[str], actor=SYSTEM) -> ImportJob:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows if rows[0] == HEAD else [HEAD, *rows])
        job = upload_file(resource=KEY, file=io.BytesIO(text.getvalue().encode()), name="tree.csv", actor=actor)
        run_check(job.pk)
        job.refresh_from_db()
        return job

    return run


def test_a_list_taken_out_and_put_in_again_changes_nothing(check, city):
    lines = list(whole_lines(OrganisationResource(), SYSTEM))

    job = check(*lines)

    assert job.kinds == {"UNCHANGED": Organisation.objects.count()}
    run_apply(confirm_job(job=job, actor=SYSTEM).pk)
    assert list(whole_lines(OrganisationResource(), SYSTEM)) == lines


def test_a_list_sets_up_what_is_new_with_what_stands_below_it(check, city):
    job = check(
        ["222403009", "新设街道", "", "222403", "2026-01-02"],
        ["222403009001", "新设社区", "社区", "222403009", ""],
        ["FW-1", "便民中心", "服务中心", "222403009", ""],
    )
    run_apply(confirm_job(job=job, actor=SYSTEM).pk)

    above = Organisation.objects.get(code="222403009")
    assert (above.kind, str(above.valid_from), above.get_parent().code) == ("SUBDISTRICT", "2026-01-02", "222403")
    assert sorted(above.get_children().values_list("code", "kind")) == [
        ("222403009001", "COMMUNITY"),
        ("FW-1", "SERVICE_CENTRE"),
    ]
    assert OrganisationEvent.objects.filter(kind="CREATED", organisation__path__startswith=above.path).count() == 3


def test_what_cannot_be_is_a_fault_in_its_row(check, city):
    close_organisation(organisation=city["222403001002"], day=date(2026, 1, 1), actor=SYSTEM, reason="合并")
    job = check(
        ["222403001001", "改名社区", "", "", ""],
        ["X-1", "没有类型", "", "222403", ""],
        ["X-2", "没有上级", "部门", "", ""],
        ["X-3", "不知上级", "部门", "X-9", ""],
        ["X-4", "写了两遍", "部门", "222403", ""],
        ["X-4", "写了两遍", "部门", "222403", ""],
        ["222403001002", "已撤社区", "社区", "222403001", ""],
    )

    assert list(Finding.objects.filter(job=job).values_list("row", "column", "code")) == [
        (2, "机构名称", "act_needed"),
        (3, "机构类型", "kind_needed"),
        (4, "上级代码", "parent_needed"),
        (5, "上级代码", "unknown_code"),
        (7, "机构代码", "duplicate_in_file"),
        (8, "机构代码", "organisation_closed"),
    ]


def test_nobody_sets_up_organisations_outside_their_area(check, city, staff):
    rights = ["civicnet_exchange.add_importjob", "civicnet_access.add_organisation"]
    clerk = staff_actor(staff(rights, "222403001"))

    job = check(
        ["222403001", "街道", "", "", ""],
        ["X-1", "自己的", "部门", "222403001", ""],
        ["X-2", "其下的", "部门", "X-1", ""],
        ["X-3", "别处的", "部门", "222403", ""],
        actor=clerk,
    )

    assert list(Finding.objects.filter(job=job).values_list("row", "code")) == [(2, "act_needed"), (5, "out_of_scope")]
    assert job.kinds == {"NEW": 2}


def test_what_a_list_set_up_is_taken_back_unless_something_came_of_it(check, city, staff):
    job = check(
        ["X-1", "新设街道", "街道", "222403", "2026-01-02"],
        ["X-11", "其下社区", "社区", "X-1", ""],
        ["X-2", "有人之处", "部门", "222403", ""],
        ["X-3", "已改名", "部门", "222403", "2026-01-02"],
        ["X-4", "有下级", "街道", "222403", ""],
        ["X-5", "误设", "部门", "222403", ""],
    )
    run_apply(confirm_job(job=job, actor=SYSTEM).pk)
    made = {one.code: one for one in Organisation.objects.filter(code__startswith="X-")}
    appoint(
        person=staff([]), role=Group.objects.create(name="演示"), organisation=made["X-2"], valid_from=date(2026, 1, 2),
        actor=SYSTEM,
    )  # fmt: skip
    rename_organisation(organisation=made["X-3"], name="改名", day=date(2026, 2, 1), actor=SYSTEM, reason="演示")
    create_organisation(code="Y", name="下级", kind="COMMUNITY", parent=made["X-4"], day=date(2026, 2, 1), actor=SYSTEM)

    run_undo(undo_job(job=job, actor=SYSTEM).pk)

    job.refresh_from_db()
    assert (job.state, job.undone) == ("UNDONE", {"restored": 0, "removed": 3, "left": 3})
    left = Finding.objects.filter(job=job, outcome="LEFT").order_by("row")
    assert list(left.values_list("row", "code")) == [(4, "referred_to"), (5, "changed_since"), (6, "referred_to")]
    assert set(Organisation.objects.filter(code__startswith="X-").values_list("code", flat=True)) == {
        "X-2",
        "X-3",
        "X-4",
    }
    assert Organisation.find_problems() == ([], [], [], [], [])
    assert AuditRecord.objects.filter(action="access.take_back_organisation").count() == 3
    assert check(["X-1", "新设街道", "街道", "222403", ""]).kinds == {"NEW": 1}
