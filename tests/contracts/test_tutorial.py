"""The tutorial is followed word for word, in a folder of its own, by a machine that knows nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-plugin.md"
FILE = re.compile(r"^`(?P<path>[\w./]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.M | re.S)
# What the page types in after the tables are made; all in one process, as a server that is not restarted.
SWITCHING = """
import django, json
django.setup()
from django.core.management import call_command
from django.test import Client
from acme_phonebook.models import Entry
Entry.objects.get_or_create(name="政务服务热线", defaults={"number": "12345"})
query = json.dumps({"query": "{ phonebookEntries { nodes { name number } totalCount } }"})
def ask():
    client = Client()
    answer = client.post("/graphql/", query, content_type="application/json").json()
    page = client.get("/p/phonebook/")
    text = page.content.decode() if page.status_code == 200 else ""
    return {"page": page.status_code, "text": text, "graphql": answer, "rows": Entry.objects.count()}
call_command("plugins", "list")
asked = [ask()]
call_command("plugins", "on", "phonebook", "--reason", "residents asked for it")
asked.append(ask())
call_command("plugins", "off", "phonebook", "--reason", "test")
asked.append(ask())
print(json.dumps(asked))
"""


class Machine:
    """A stranger's machine: its own site-packages folder and its own database."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.site = folder / "site-packages"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test",
            "CIVICNET_VAR": str(folder / "var"),
            "DATABASE_URL": f"sqlite:///{database}",
            "PYTHONPATH": os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")]),
        }
        (folder / "var" / "static").mkdir(parents=True)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=self.environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path, migrated: Path) -> Machine:
    return Machine(tmp_path, shutil.copy(migrated, tmp_path / "tutorial.sqlite3"))


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_whoever_follows_the_tutorial_ends_with_a_working_plugin(machine: Machine, tmp_path: Path) -> None:
    files = {match["path"]: match["text"] for match in FILE.finditer(PAGE.read_text(encoding="utf-8"))}
    for path, text in files.items():
        target = tmp_path / "phonebook" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(machine.site)]
    machine.run(*pip, str(tmp_path / "phonebook"))

    machine.run("-m", "django", "makemigrations", "acme_phonebook")
    machine.run("-m", "django", "migrate", "-v", "0")
    told = machine.run("-c", SWITCHING)
    off, on, again = json.loads(told.splitlines()[-1])

    assert len(files) == 10
    assert re.search(r"^phonebook +0\.1\.0 +off\b", told, re.M)
    assert off["page"] == 404
    assert off["graphql"]["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "phonebook"}
    assert on["page"] == 200
    assert on["text"] == "<p>政务服务热线：12345</p>"
    assert on["graphql"] == {
        "data": {"phonebookEntries": {"nodes": [{"name": "政务服务热线", "number": "12345"}], "totalCount": 1}}
    }
    assert (again["page"], again["rows"]) == (404, 1)
