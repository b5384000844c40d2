"""Bad plugins of every kind, installed at once beside a good one: the host starts without them, and names each."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.django_db]

READY = """
from django.apps import AppConfig

class Config(AppConfig):
    name = "acme_unready"

    def ready(self):
        raise RuntimeError("not today")
"""
SCREENS = """
from civicnet.contract import hookimpl

@hookimpl
def admin_viewsets():
    return ["no screen"]
"""
MIGRATION = "from django.db import migrations\nraise LookupError('no such step')\n"
GOOD = """
from django.http import HttpResponse
from django.urls import path

from civicnet.contract import Route, hookimpl

@hookimpl
def routes():
    return [Route("p/calm/", [path("", lambda request: HttpResponse("calm"))])]
"""


def part(field: str) -> str:
    """A plugin.py whose GraphQL part has this field, written as in a class body."""
    return (
        "import graphene\nfrom civicnet.contract import Fragment, hookimpl\n\n"
        f"class Part:\n    {field}\n\n@hookimpl\ndef graphql():\n    return Fragment(query=Part)\n"
    )


# The grid plugin has a type of this name.
TWIN = 'graphene.Field(type("Grid", (graphene.ObjectType,), {"a": graphene.String()}))'
# By slug: what its files hold, and a word of the sentence that the host says about it.
BAD: dict[str, tuple[dict[str, str], str]] = {
    "absent": ({"__init__.py": "import no_such_module_at_all\n"}, "no_such_module_at_all"),
    "exits": ({"apps.py": "import sys\nsys.exit(0)\n"}, "sys.exit(0)"),
    "kills": ({"models.py": "import os\nprint('my last words')\nos._exit(0)\n"}, "ends the process (status 0)"),
    "hangs": ({"models.py": "import time\ntime.sleep(600)\n"}, "does not come back within"),
    "unready": ({"apps.py": READY}, "not today"),
    "screens": ({"plugin.py": SCREENS}, ""),
    "steps": ({"migrations/__init__.py": "", "migrations/0001_initial.py": MIGRATION}, "no such step"),
    "needy": ({"plugin.toml": '[requires_plugins]\nunready = ""\n'}, "it needs unready"),
    "misnamed": ({"plugin.py": part("wrong = graphene.String()")}, "wrong"),
    "illegal": ({"plugin.py": part("illegal_one = graphene.String(name='illegal-one')")}, "illegal-one"),
    "twin": ({"plugin.py": part(f"twin_one = {TWIN}")}, "type Grid"),
}
# What nothing inside the process can hold up, what only a migration meets, and what its need alone makes bad.
NOT_STRICT = {"kills", "hangs", "steps", "needy"}

ASK = """
import json
from datetime import date
from civicnet_site.wsgi import application
from django.contrib.auth.models import Group, Permission
from django.test import Client
from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, User
from civicnet.access.organisations import Division, load_divisions
from civicnet.access.positions import appoint
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.load_report import report
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.registry import registry

PluginState.objects.update_or_create(slug="unready", defaults={"enabled": True, "inventory": {"tables": ["kept"]}})
enable_plugin(slug="calm", actor=SYSTEM, reason="test")
load_divisions(divisions=[Division("222403", "敦化市")], actor=SYSTEM)
person = User.objects.create_user(username="keeper", password="demo-only-1234", full_name="演示")
role = Group.objects.create(name="keeper")
role.permissions.set(Permission.objects.filter(codename__in=["access_admin", "switch_plugin"]))
appoint(person=person, role=role, organisation=Organisation.objects.get(), valid_from=date(2026, 1, 1), actor=SYSTEM)

client = Client()
urls = ("/admin/login/", "/desk/sign-in/", "/p/calm/", "/p/unready/")
pages = {url: client.get(url).status_code for url in urls}
query = json.dumps({"query": "{ platform { plugins { slug } } }"})
graphql = client.post("/graphql/", query, content_type="application/json").json()
client.force_login(User.objects.get(pk=person.pk))
pages |= {"/admin/": client.get("/admin/").status_code}
screen = client.get("/admin/plugins/")
print(json.dumps({
    "pages": pages | {"/admin/plugins/": screen.status_code},
    "screen": screen.content.decode(),
    "graphql": graphql,
    "faults": {one.name: [one.state, one.reason, one.detail] for one in registry.quarantined},
    "loaded": list(registry.manifests),
    "inventory": PluginState.objects.get(slug="unready").inventory,
    "report": report(),
}))
"""


@dataclass
class Machine:
    """A machine with its own folder of plugins, its own state, and a copy of the tests' database."""

    folder: Path

    def install(self, slug: str, files: dict[str, str]) -> None:
        """Lay out a plugin as pip would."""
        place = self.folder / "plugins"
        head = f'slug = "{slug}"\nversion = "1.0"\n'
        whole = {"__init__.py": "", "plugin.py": "", **files, "plugin.toml": head + files.get("plugin.toml", "")}
        information = place / f"acme_{slug}-1.0.dist-info"
        for path, text in whole.items():
            target = place / f"acme_{slug}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{slug}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(f"[civicnet.plugins]\n{slug} = acme_{slug}\n")

    def start(self, code: str, *, policy: str) -> subprocess.Popen[str]:
        """Run Python there."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test",
            "CIVICNET_VAR": str(self.folder / "var"),
            "DATABASE_URL": f"sqlite:///{self.folder / 'city.sqlite3'}",
            "PYTHONPATH": os.pathsep.join([str(self.folder / "plugins"), *filter(None, sys.path)]),
            "CIVICNET_LOAD_POLICY": policy,
            "CIVICNET_PREFLIGHT_SECONDS": "5",
        }
        command = [sys.executable, "-c", code]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Makes a machine with some of the bad plugins, and the good one."""
    city = tmp_path_factory.mktemp("city") / "city.sqlite3"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with closing(sqlite3.connect(city)) as copy:
            connection.connection.backup(copy)

    def make(*slugs: str) -> Machine:
        machine = Machine(tmp_path_factory.mktemp("machine"))
        (machine.folder / "city.sqlite3").write_bytes(city.read_bytes())
        machine.install("calm", {"plugin.py": GOOD})
        for slug in slugs:
            machine.install(slug, BAD[slug][0])
        return machine

    yield make


@pytest.fixture(scope="module")
def booted(machines: Any) -> dict[str, Any]:
    """What a host with all of them answers."""
    out, error = (process := machines(*BAD).start(ASK, policy="quarantine")).communicate(timeout=200)
    assert process.returncode == 0, error
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    return answer


def test_every_page_of_the_host_and_of_the_good_plugin_answers(booted: dict[str, Any]) -> None:
    assert booted["pages"] == {
        "/admin/login/": 200,
        "/desk/sign-in/": 200,
        "/p/calm/": 200,
        "/p/unready/": 404,
        "/admin/": 200,
        "/admin/plugins/": 200,
    }
    slugs = {one["slug"] for one in booted["graphql"]["data"]["platform"]["plugins"]}
    assert {"calm", "grid", "hotline", "publicity", "assessment"} <= slugs


def test_each_bad_plugin_is_named_with_its_reason_and_the_good_ones_are_not(booted: dict[str, Any]) -> None:
    faults = booted["faults"]

    assert set(faults) == set(BAD)
    assert {state for state, _reason, _detail in faults.values()} == {"quarantined"}
    assert [slug for slug, (_files, word) in BAD.items() if word not in faults[slug][1]] == []
    assert [slug for slug in BAD if slug not in booted["screen"]] == []


def test_whoever_asks_sees_where_it_happened(booted: dict[str, Any]) -> None:
    details = {slug: detail for slug, (_state, _reason, detail) in booted["faults"].items()}

    assert 'acme_absent/__init__.py", line 1' in details["absent"]
    assert 'acme_exits/apps.py", line 2' in details["exits"]
    assert 'acme_hangs/models.py", line 2' in details["hangs"]
    assert 'acme_unready/apps.py", line 8, in ready' in details["unready"]
    assert "my last words" in details["kills"]


def test_one_whose_part_of_the_schema_does_not_fit_is_loaded_without_it(booted: dict[str, Any]) -> None:
    assert {"misnamed", "twin", "calm"} <= set(booted["loaded"])
    assert not {"absent", "exits", "kills", "hangs", "unready", "steps", "needy"} & set(booted["loaded"])


def test_the_report_says_what_each_plugin_does_here(booted: dict[str, Any]) -> None:
    lines = {line.split()[0]: line for line in booted["report"]}

    assert lines["calm"].split() == ["calm", "1.0", "on"]
    assert lines["hangs"].split(maxsplit=2)[2] == "quarantined: it does not come back within 5 seconds"
    assert lines["misnamed"].split(maxsplit=2)[2].startswith("in part: graphql: root field wrong")


def test_what_a_quarantined_plugin_keeps_stays(booted: dict[str, Any]) -> None:
    assert booted["inventory"] == {"tables": ["kept"]}


def test_a_strict_host_does_not_start_and_names_the_plugin(machines: Any) -> None:
    strict = [slug for slug in BAD if slug not in NOT_STRICT]
    running = {slug: machines(slug).start("import civicnet_site.wsgi", policy="strict") for slug in strict}

    ended = {slug: (process.communicate(timeout=120)[1], process.returncode) for slug, process in running.items()}

    assert {slug: status for slug, (_error, status) in ended.items()} == dict.fromkeys(strict, 1)
    assert [slug for slug, (error, _status) in ended.items() if f"plugin {slug}" not in error] == []


def test_a_safe_host_starts_without_any_plugin(machines: Any) -> None:
    code = """
from civicnet_site.wsgi import application
from django.test import Client
from civicnet.lifecycle.load_report import report
print(Client().get("/admin/login/").status_code, Client().get("/desk/sign-in/").status_code)
print("\\n".join(report()))
"""
    out, error = machines("absent", "kills").start(code, policy="safe").communicate(timeout=120)

    lines = out.splitlines()
    assert lines[:1] == ["200 200"], error
    assert len(lines) == 8
    assert all("quarantined: the load policy is safe" in line for line in lines[1:])
