"""Taking a plugin out of the database: told first, refused by name, archived before it goes, brought back to the letter."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import shed
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from shed import Loan, Tool

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, Refused
from civicnet.exchange.models import ImportJob, JobState
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.models import Generation, HookTiming, PluginFault, PluginSiteState, PluginState, ScheduleRun
from civicnet.lifecycle.removal.archive import BadArchive, UnknownArchive
from civicnet.lifecycle.removal.restore import restore_plugin
from civicnet.lifecycle.removal.uninstall import Uninstalled, uninstall_plugin
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
TABLES = sorted(one._meta.db_table for one in shed.MODELS)
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def archives(settings: Any, tmp_path: Path) -> Path:
    """Where archives go, empty."""
    settings.CIVICNET_ARCHIVE_ROOT = tmp_path / "archives"
    return tmp_path / "archives"


@pytest.fixture
def filled(city: dict[str, Organisation], archives: Path) -> Iterator[None]:
    """The shed with rows, traces and grants; its code does not load."""
    shed.make_tables()
    shed.keep_inventory()
    person = User.objects.create_user("lender", password=None)
    spade = Tool.objects.create(
        name="铁锹 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        price=Decimal("12.500"),
        bought_at=datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC),
        checked_on=date(2026, 4, 5),
        opens_at=time(6, 7, 8, 9),
        lasts=timedelta(days=400, microseconds=5),
        notes={"b": [1, None, "二"], "a": 1.5},
        photo=b"\x00\xff",
        serial=UUID(int=7),
        weight=0.1,
        is_sharp=True,
        manual="manuals/spade.pdf",
        organisation=city["222403001"],
    )
    rake = Tool.objects.create(name="rake", price=1, bought_at=datetime(2026, 1, 1, tzinfo=UTC))
    Loan.objects.create(tool=spade, person=person, giver=person).with_tools.add(rake, spade)
    ScheduleRun.objects.create(name="shed.tidy")
    ScheduleRun.objects.create(name="shedding.other")
    PluginFault.objects.create(slug="shed", hook="routes", error="ValueError")
    HookTiming.objects.create(slug="shed", hook="routes", day=date(2026, 1, 1))
    PluginSiteState.objects.create(slug="shed", site_id=1, mode="off")
    Group.objects.create(name="keepers").permissions.add(Permission.objects.get(codename="view_tool"))
    yield
    ContentType.objects.clear_cache()


def rows() -> Rows:
    """Every row of the plugin's tables, as the database has it."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()
            ]
    return found


def there() -> list[str]:
    return sorted(set(connection.introspection.table_names()) & set(TABLES))


def uninstall() -> Uninstalled:
    return uninstall_plugin(slug="shed", actor=SYSTEM, reason="no tools any more")


def refuses(error: type[Exception], match: str | None, archives: Path, **given: Any) -> None:
    """It does not go, and nothing has changed."""
    before, generation = rows(), Generation.objects.get(pk=1).value
    with pytest.raises(error, match=match):
        uninstall_plugin(**{"slug": "shed", "actor": SYSTEM, "reason": "test"} | given)
    assert (rows(), Generation.objects.get(pk=1).value, list(archives.glob("*"))) == (before, generation, [])


def test_a_plugin_whose_code_is_gone_goes_whole(filled: None) -> None:
    generation = Generation.objects.get(pk=1).value
    people = User.objects.count()

    done = uninstall()

    assert there() == []
    assert not ContentType.objects.filter(app_label=shed.LABEL).exists()
    assert not Permission.objects.filter(codename="view_tool").exists()
    assert not MigrationRecorder(connection).migration_qs.filter(app=shed.LABEL).exists()
    for model in (PluginState, PluginSiteState, PluginFault, HookTiming):
        assert not model.objects.filter(slug="shed").exists()
    assert list(ScheduleRun.objects.values_list("name", flat=True)) == ["shedding.other"]
    assert (Group.objects.filter(name="keepers").count(), User.objects.count()) == (1, people)
    assert Generation.objects.get(pk=1).value > generation
    assert {table: done.counts[table] for table in TABLES} == {
        "acme_shed_loan": 1,
        "acme_shed_loan_with_tools": 2,
        "acme_shed_tool": 2,
    }
    record = AuditRecord.objects.get(action="plugins.uninstall")
    assert (record.object_label, record.reason) == ("shed", "no tools any more")
    assert record.after["sha256"] == hashlib.sha256(done.archive.read_bytes()).hexdigest() == done.sha256
    assert done.archive.stat().st_mode & 0o077 == 0
    connection.check_constraints()


def test_it_comes_back_to_the_letter(filled: None) -> None:
    before = rows()
    done = uninstall()
    shed.make_tables()

    with shed.known_as_loaded():
        told = restore_plugin(archive=done.archive, actor=SYSTEM, reason="the tools are back")

    assert rows() == before
    assert (told.slug, told.version, told.left_out) == ("shed", "1.0", {})
    assert Group.objects.get(name="keepers").permissions.get().codename == "view_tool"
    assert PluginSiteState.objects.get(slug="shed").mode == "off"
    kept = AuditRecord.objects.get(action="plugins.restore").after
    assert (kept["sha256"], "unknown" in kept) == (done.sha256, False)
    # The next row does not take a number that has come back.
    assert Tool.objects.create(name="new", price=1, bought_at=datetime(2026, 1, 1, tzinfo=UTC)).pk > 2
    connection.check_constraints()


def test_without_yes_it_only_tells(filled: None, archives: Path) -> None:
    before, out = rows(), StringIO()

    call_command("plugins", "uninstall", "shed", stdout=out)

    told = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    for line in (
        "acme_shed_tool 2",
        "acme_shed_loan 1",
        "acme_shed_loan_with_tools 2",
        "auth_group_permissions 1",
        "auth_permission 2",
        "django_content_type 2",
        "civicnet_lifecycle_schedulerun 1",
        "civicnet_lifecycle_pluginfault 1",
        "civicnet_lifecycle_hooktiming 1",
        "civicnet_lifecycle_pluginstate 1",
        "django_migrations 1",
        "acme_shed_tool.manual: 1",
    ):
        assert line in told
    assert (rows(), list(archives.glob("*"))) == (before, [])


def test_the_command_does_it_and_says_where_the_archive_is(filled: None, archives: Path) -> None:
    out = StringIO()

    call_command("plugins", "uninstall", "shed", "--yes", "--reason", "test", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (there(), [told["archive"]]) == ([], [str(path) for path in archives.glob("shed-*.zip")])
    with pytest.raises(CommandError, match="shed"):
        call_command("plugins", "restore", told["archive"], "--reason", "test")
    shed.make_tables()
    with shed.known_as_loaded():
        call_command("plugins", "restore", told["archive"], "--reason", "test", stdout=out)
    assert there() == TABLES


def test_what_is_on_does_not_go(filled: None, archives: Path) -> None:
    with shed.known_as_loaded():
        enable_plugin(slug="shed", actor=SYSTEM, reason="test")

        refuses(Conflict, "shed", archives)


def test_what_is_on_at_one_site_does_not_go(filled: None, archives: Path) -> None:
    PluginSiteState.objects.filter(slug="shed").update(mode="on")
    with shed.known_as_loaded():
        refuses(Conflict, "shed", archives)


def test_what_others_that_are_on_need_does_not_go(filled: None, archives: Path, plug: Plug) -> None:
    with shed.known_as_loaded():
        plug("garden", on=False, requires_plugins={"shed": ""})
        PluginState.objects.update_or_create(slug="garden", defaults={"enabled": True})

        refuses(Conflict, "garden", archives)


def test_an_import_under_way_stands_in_the_way(filled: None, archives: Path) -> None:
    job = ImportJob.objects.create(resource="shed.tools", file_name="tools.csv", state=JobState.APPLYING)

    refuses(Conflict, r"tools\.csv", archives)

    ImportJob.objects.filter(pk=job.pk).update(state=JobState.APPLIED)
    uninstall()
    assert ImportJob.objects.filter(pk=job.pk).exists()


@pytest.mark.parametrize(
    ("error", "match", "given"),
    [
        (InvalidInput, None, {"reason": " "}),
        (NotFound, "cellar", {"slug": "cellar"}),
        (Refused, None, {"actor": Actor(kind="staff", id="1", label="somebody")}),
    ],
)
def test_without_a_reason_a_name_or_the_command_nothing_goes(
    filled: None, archives: Path, error: type[Exception], match: str | None, given: dict[str, Any]
) -> None:
    refuses(error, match, archives, **given)


def test_what_cannot_be_read_back_does_not_go(filled: None, archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(archive: Any) -> None:
        raise BadArchive("unreadable")

    monkeypatch.setattr("civicnet.lifecycle.removal.archive.Archive.verify", unreadable)

    refuses(BadArchive, "unreadable", archives)


def test_constraints_of_others_into_its_tables_go_and_their_rows_stay(filled: None) -> None:
    with shed.schema_changes(), connection.cursor() as cursor:
        cursor.execute(
            'CREATE TABLE "acme_garden_bed" ("id" integer PRIMARY KEY, "tool_id" bigint NULL '
            'REFERENCES "acme_shed_tool" ("id") DEFERRABLE INITIALLY DEFERRED, "name" varchar(9))'
        )
        cursor.execute("INSERT INTO acme_garden_bed VALUES (1, %s, 'roses')", [Tool.objects.earliest("pk").pk])
    out = StringIO()
    call_command("plugins", "uninstall", "shed", stdout=out)
    assert "acme_garden_bed.tool_id" in out.getvalue()

    uninstall()

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO acme_garden_bed VALUES (2, 987, 'beans')")
        cursor.execute("SELECT name FROM acme_garden_bed ORDER BY id")
        assert cursor.fetchall() == [("roses",), ("beans",)]
    connection.check_constraints()


def spoilt(archive: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """The same archive with one member changed."""
    path = archive.with_name("spoilt.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return path


def forged(archive: Path) -> Path:
    """An archive with other tools than were written, whose digests are right."""
    path, member = archive.with_name("forged.zip"), "own/acme_shed_tool.jsonl"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
        told, tools = json.loads(old.read("manifest.json")), old.read(member).replace(b"rake", b"fork")
        told["members"][member]["sha256"] = hashlib.sha256(tools).hexdigest()
        for name in old.namelist():
            changed = {"manifest.json": json.dumps(told).encode(), member: tools}
            new.writestr(name, changed.get(name) or old.read(name))
    return path


def test_a_file_that_was_not_written_here_comes_back_only_where_somebody_says_so(filled: None) -> None:
    archive = forged(uninstall().archive)
    shed.make_tables()

    with shed.known_as_loaded(), pytest.raises(UnknownArchive, match="--unknown") as refused:
        restore_plugin(archive=archive, actor=SYSTEM, reason="test")
    assert (refused.value.code, Tool.objects.count()) == ("UNKNOWN_ARCHIVE", 0)

    with shed.known_as_loaded():
        call_command("plugins", "restore", str(archive), "--unknown", "--reason", "test", stdout=StringIO())
    assert Tool.objects.filter(name="fork").exists()
    assert AuditRecord.objects.get(action="plugins.restore").after["unknown"] is True


@pytest.mark.parametrize(
    "what", ["altered", "cut", "no archive", "version", "column", "rows", "not loaded", "unmigrated"]
)
def test_what_does_not_fit_does_not_come_back(filled: None, what: str) -> None:
    archive = uninstall().archive
    version, error, match = "1.0", Conflict, what
    if what == "altered":
        archive = spoilt(archive, "own/acme_shed_tool.jsonl", lambda data: data.replace(b"rake", b"fork"))
        error, match = BadArchive, "own/acme_shed_tool.jsonl"
    elif what == "cut":
        archive = spoilt(archive, "own/acme_shed_loan.jsonl", lambda data: b"")
        error, match = BadArchive, "own/acme_shed_loan.jsonl"
    elif what == "no archive":
        archive.write_bytes(b"PK")
        error, match = BadArchive, archive.name
    elif what == "version":
        version, match = "1.1", r"1\.0.*1\.1"
    elif what == "column":
        archive = spoilt(archive, "manifest.json", lambda data: data.replace(b'"weight"', b'"mass"'))
        match = r"acme_shed_tool\.mass.*acme_shed_tool\.weight"
    elif what == "not loaded":
        error, match = NotFound, "shed"
    elif what == "unmigrated":
        match = "acme_shed_loan"
    if what != "unmigrated":
        shed.make_tables()
    if what == "rows":
        Tool.objects.create(name="other", price=1, bought_at=datetime(2026, 1, 1, tzinfo=UTC))
        match = "acme_shed_tool"
    before = rows() if there() else {}

    with pytest.raises(error, match=match):
        if what == "not loaded":
            restore_plugin(archive=archive, actor=SYSTEM, reason="test")
        with shed.known_as_loaded(version):
            restore_plugin(archive=archive, actor=SYSTEM, reason="test", unknown=what == "column")

    assert (rows() if there() else {}) == before
    assert not AuditRecord.objects.filter(action="plugins.restore").exists()
