"""Layout: the rooms that share a name with the standard library stay rooms, and git keeps all of them."""

from __future__ import annotations

import platform
import site
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("platform", "site", "plugins")


def strays(root: Path) -> list[str]:
    """Files that would turn a room into a package, or make pytest import it as one."""
    rooms = [root / name for name in ROOMS]
    rooms += [folder for folder in (root / "plugins").glob("*") if folder.is_dir()]
    names = ("__init__.py", "conftest.py", "test_*.py", "*_test.py", "tests.py")
    inside = {path for room in rooms for name in names for path in room.glob(name)}
    # One __init__.py under tests/ replaces the standard library's platform or site for the whole run.
    packages = set((root / "tests").rglob("__init__.py"))
    return sorted(str(path.relative_to(root)) for path in inside | packages)


def ignored_rooms(root: Path) -> list[str]:
    """Rooms whose files the project's own .gitignore would leave out of a commit."""
    probes = [f"{room}/civicnet_anything/apps.py" for room in (*ROOMS, "tests", "docs")]
    git = ["git", "-c", "safe.directory=*", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index"]
    answer = subprocess.run([*git, *probes], cwd=root, capture_output=True, text=True)
    assert answer.returncode in (0, 1), answer.stderr
    return sorted(line.split("/")[0] for line in answer.stdout.splitlines())


def bundled(root: Path) -> dict[str, str]:
    """Folder name and package of every plugin that lies in plugins/."""
    manifests = (root / "plugins").glob("*/*/plugin.toml")
    return {path.parents[1].name: path.parent.name for path in manifests}


def plugins_without_tests(root: Path) -> list[str]:
    """Bundled plugins that nobody tests."""
    return sorted(name for name in bundled(root) if not any((root / "tests/plugins" / name).rglob("test_*.py")))


def entry_points(root: Path) -> dict[str, str]:
    """What pyproject.toml announces in the group every plugin is found by."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project["entry-points"]["civicnet.plugins"])


def unlisted(root: Path) -> list[str]:
    """Bundled plugins that one of pyproject.toml's lists forgets."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    tool = project["tool"]
    independent = [one for one in tool["importlinter"]["contracts"] if one["type"] == "independence"]
    lists = {
        "wheel": [Path(path).name for path in tool["hatch"]["build"]["targets"]["wheel"]["packages"]],
        "mypy_path": [f"civicnet_{Path(path).name}" for path in tool["mypy"]["mypy_path"]],
        "root_packages": tool["importlinter"]["root_packages"],
        "independence": [module for one in independent for module in one["modules"]],
    }
    packages = sorted(bundled(root).values())
    return [f"{name}: {package}" for name, known in lists.items() for package in packages if package not in known]


@pytest.mark.parametrize("module", [platform, site], ids=["platform", "site"])
def test_platform_and_site_come_from_the_standard_library(module):
    standard = Path(sysconfig.get_path("stdlib")).resolve()

    assert Path(module.__file__).resolve().parent == standard


def test_rooms_hold_packages_and_are_none():
    assert strays(ROOT) == []


@pytest.mark.parametrize(
    "stray",
    [
        "platform/__init__.py",
        "site/conftest.py",
        "plugins/test_all.py",
        "plugins/grid/__init__.py",
        "plugins/grid/tests.py",
        "tests/platform/__init__.py",
    ],
)
def test_a_stray_file_is_found(tmp_path, stray):
    for good in (
        "platform/civicnet/__init__.py",
        "plugins/grid/civicnet_grid/__init__.py",
        "tests/test_a.py",
        stray,
    ):
        touch(tmp_path / good)

    assert strays(tmp_path) == [stray]


def test_git_keeps_every_room():
    assert ignored_rooms(ROOT) == []


def test_an_ignored_room_is_found(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("/site\n")

    assert ignored_rooms(tmp_path) == ["site"]


def test_every_bundled_plugin_has_tests():
    assert bundled(ROOT)
    assert plugins_without_tests(ROOT) == []


def test_a_plugin_without_tests_is_found(tmp_path):
    for path in ("plugins/grid/civicnet_grid/plugin.toml", "plugins/bare/civicnet_bare/plugin.toml"):
        touch(tmp_path / path)
    touch(tmp_path / "tests/plugins/grid/test_services.py")

    assert plugins_without_tests(tmp_path) == ["bare"]


def test_entry_points_announce_exactly_the_bundled_plugins():
    assert entry_points(ROOT) == bundled(ROOT)


def test_a_forgotten_entry_point_is_found(tmp_path):
    touch(tmp_path / "plugins/grid/civicnet_grid/plugin.toml")
    (tmp_path / "pyproject.toml").write_text('[project.entry-points."civicnet.plugins"]\n')

    assert entry_points(tmp_path) != bundled(tmp_path)


def test_every_list_knows_every_bundled_plugin():
    assert unlisted(ROOT) == []


def test_a_list_that_forgets_a_plugin_is_found(tmp_path):
    touch(tmp_path / "plugins/permits/civicnet_permits/plugin.toml")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    assert [entry.split(":")[0] for entry in unlisted(tmp_path)] == [
        "wheel",
        "mypy_path",
        "root_packages",
        "independence",
    ]


def touch(path: Path) -> None:
    """Make an empty file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
