"""A new plugin is laid out whole or not at all, under its own names, and its tests pass at once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civicnet.contract import CivicNetError, Conflict, InvalidInput
from civicnet.lifecycle.manifest import read_manifest
from civicnet.testing.scaffolding import new_plugin

SETTINGS = """
from civicnet_site.settings.test import *
DATABASES["default"]["TEST"] = {"NAME": %r}
"""


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_new_plugin_bears_its_names_everywhere(tmp_path: Path) -> None:
    folder = new_plugin(name="stations", into=tmp_path, label="便民驿站", label_en="Stations")

    manifest = read_manifest(folder / "acme_stations/plugin.toml", package="acme_stations")
    assert folder == tmp_path / "stations"
    assert (manifest.slug, manifest.prefix, manifest.urls) == ("stations", "stations", ("p/stations/",))
    assert manifest.label == {"zh-hans": "便民驿站", "en": "Stations"}
    assert {"pyproject.toml", ".gitignore", "docs/README.md", "docs/README.zh.md"} <= files(folder)
    assert "acme_stations/templates/stations/index.html" in files(folder)
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file() and path.suffix != ".mo"]
    assert not [text for text in texts if re.search("scaffold|LABEL_", text, re.IGNORECASE)]


def test_it_has_the_plan_of_files_that_every_plugin_has(tmp_path: Path) -> None:
    folder = new_plugin(name="stations", into=tmp_path) / "acme_stations"

    plan = "apps models permissions selectors services errors events schema resources viewsets views urls plugin"
    assert {f"{name}.py" for name in plan.split()} <= files(folder)
    assert {"plugin.toml", "migrations/0001_initial.py", "locale/zh_Hans/LC_MESSAGES/django.mo"} <= files(folder)


def test_a_name_of_several_words_makes_the_package_and_the_last_one_the_slug(tmp_path: Path) -> None:
    folder = new_plugin(name="town-stations", into=tmp_path)
    other = new_plugin(name="town-points", into=tmp_path, slug="townpoints")

    assert read_manifest(folder / "town_stations/plugin.toml", package="town_stations").slug == "stations"
    assert read_manifest(other / "town_points/plugin.toml", package="town_points").slug == "townpoints"


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"name": "Stations"}, InvalidInput, "name"),
        ({"name": "../stations"}, InvalidInput, "name"),
        ({"name": "civicnet-stations"}, InvalidInput, "name"),
        ({"name": "stations", "slug": "x"}, InvalidInput, "slug"),
        ({"name": "stations", "slug": "my-stations"}, InvalidInput, "slug"),
        ({"name": "stations", "label": '驿"站'}, InvalidInput, "label"),
        ({"name": "town-grid"}, Conflict, "slug"),
        ({"name": "grids"}, Conflict, "slug"),
        ({"name": "taken"}, Conflict, None),
        ({"name": "import-export"}, Conflict, None),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, given: dict[str, str], error: type[CivicNetError], field: str | None
) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(error) as refusal:
        new_plugin(into=tmp_path, **given)

    assert refusal.value.field == field
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_command_says_where_it_lies_and_refuses_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("plugins", "new", "stations", "--into", str(tmp_path))
    assert str(tmp_path / "stations") in capsys.readouterr().out

    with pytest.raises(CommandError, match=re.escape(str(tmp_path / "stations"))):
        call_command("plugins", "new", "stations", "--into", str(tmp_path))


def test_under_its_names_it_is_as_tidy_as_the_template(tmp_path: Path) -> None:
    folder = new_plugin(name="stations", into=tmp_path)
    ruff = Path(sys.executable).with_name("ruff")

    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([ruff, *command, "--no-cache", "."], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_its_tests_and_the_conformance_suite_pass_at_once_in_a_folder_of_its_own(
    tmp_path: Path, migrated: Path
) -> None:
    folder = new_plugin(name="stations", into=tmp_path)
    database = shutil.copy(migrated, tmp_path / "stations.sqlite3")
    (tmp_path / "own_settings.py").write_text(SETTINGS % str(database))
    ours = {"CIVICNET_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "own_settings"}
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    # Named by hand for checkouts that were installed before the kit's entry point was there; twice does no harm.
    pytest_of_its_own = ["-m", "pytest", "-p", "civicnet.testing.plugin", "--reuse-db", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *pytest_of_its_own],
        cwd=folder,
        env=os.environ | ours | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d\d passed in ", done.stdout, re.M), done.stdout
