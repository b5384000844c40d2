"""A small plugin with one resource, and files to feed it with."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
import xlsxwriter
from django.contrib.auth.models import Group

from civicnet.access.actors import staff_actor
from civicnet.exchange import checking
from civicnet.exchange.applying import run_apply
from civicnet.exchange.cells import DateWidget, TextWidget
from civicnet.exchange.checking import run_check
from civicnet.exchange.identity import PhoneWidget
from civicnet.exchange.resource import Column, ImportResource
from civicnet.exchange.services import confirm_job, upload_file
from civicnet.exchange.spool import CHUNKS
from civicnet.ledger.bulk import add_rows

HEADINGS = ["序号", "名称", "电话", "日期"]
PERMISSIONS = ["civicnet_exchange.add_importjob", "auth.add_group", "auth.view_group"]


class TeamResource(ImportResource):
    """Teams, kept as groups: a table of Django's own, so that the engine is tested without any plugin of ours."""

    key = "team.list"
    label = "Teams"
    permission = "auth.add_group"
    export_permission = "auth.view_group"
    disclosure_permissions = ("auth.change_group",)
    counter = "serial"
    natural_key = ("name",)
    held_columns = {"name": "name"}

    serial = Column(column_name="序号", label="No.", widget=TextWidget())
    name = Column(
        column_name="名称", label="Team", widget=TextWidget(), required=True, aliases=["队名"], example="甲队"
    )
    phone = Column(column_name="电话", label="Phone", widget=PhoneWidget(), required=True)
    since = Column(column_name="日期", label="Since", widget=DateWidget())

    def apply(self, rows, actor):
        names = [[row.values["name"]] for row in rows]
        add_rows(actor=actor, model=Group, fields=["name"], rows=names, origins=[row.row for row in rows])
        return {"created": len(rows)}

    def held_rows(self):
        return Group.objects.all()

    def rows_to_export(self, actor):
        for serial, group in enumerate(Group.objects.filter(name__contains="队").order_by("pk"), start=1):
            yield {"serial": serial, "name": group.name, "phone": "14000000001", "since": None}


class TeamPlugin:
    """Brings the resource."""

    def __init__(self, resource: type[ImportResource]) -> None:
        from civicnet.contract import hookimpl

        self.resources = hookimpl(lambda: [resource])


def make_workbook(rows: list[list], *, headings: list[str] | None = HEADINGS, name: str = "Sheet1") -> io.BytesIO:
    """An .xlsx in memory; dates are written as dates."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    # The same rows must make the same file, whatever the second.
    book.set_properties({"created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet(name)
    for at, row in enumerate(([headings] if headings else []) + rows):
        sheet.write_row(at, 0, row)
    book.close()
    file.seek(0)
    return file


def make_teams(count: int) -> list[list]:
    """So many good rows."""
    return [[number, f"{number}队", f"139{number:08d}", "2023-06-30"] for number in range(1, count + 1)]


@pytest.fixture
def workbook() -> Callable[..., io.BytesIO]:
    """Makes an .xlsx in memory."""
    return make_workbook


@pytest.fixture
def teams() -> Callable[[int], list[list]]:
    """Makes good rows."""
    return make_teams


@pytest.fixture
def resource(plug) -> type[ImportResource]:
    """The resource, offered by a plugin that is on."""
    plug("team", TeamPlugin(TeamResource))
    return TeamResource


@pytest.fixture
def chunks_of_10(monkeypatch):
    """Files go in by ten rows at a time."""
    for vendor in CHUNKS:
        monkeypatch.setitem(CHUNKS, vendor, 10)
    monkeypatch.setattr(checking, "AT_ONCE", 10)


@pytest.fixture
def clerk(staff, resource):
    """A person who may import teams in the whole city."""
    return staff_actor(staff(PERMISSIONS, username="clerk"))


@pytest.fixture
def neighbour(staff, resource):
    """A clerk of one town, who may also look at imports there."""
    rights = [*PERMISSIONS, "civicnet_exchange.view_importjob"]
    return staff_actor(staff(rights, "222403100", username="neighbour"))


@pytest.fixture
def checked(clerk) -> Callable:
    """Uploads rows as a workbook and has them checked."""

    def check(rows, *, actor=clerk, name="teams.xlsx", file=None):
        job = upload_file(resource="team.list", file=file or make_workbook(rows), name=name, actor=actor)
        run_check(job.pk)
        job.refresh_from_db()
        return job

    return check


@pytest.fixture
def applied(checked, clerk) -> Callable:
    """Uploads, checks, confirms and applies rows."""

    def apply(rows, **options):
        job = confirm_job(job=checked(rows, **options), actor=options.get("actor", clerk))
        run_apply(job.pk)
        job.refresh_from_db()
        return job

    return apply
