"""Files: each is one thought with a name, none is endless, and none says where packages come from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py"}
MOST_LINES = 400
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".md", ".sh", ".toml"}

# Path → reason. An entry whose file is gone or short again fails the test.
MAY_BE_LONG: dict[str, str] = {
    "docs/reference/hooks.md": "written from the hooks, a section for each with its example",
    "tests/platform/exchange/test_disclosures.py": "the whole life of a request, on one set of fixtures",
}

# Written in halves, so that this file does not find itself.
REGISTRIES = tuple(
    front + back
    for front, back in [
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("registry.npm", "mirror.com"),
        ("registry.yarn", "pkg.com"),
        ("/pypi", "/simple"),
    ]
)


def project_files(root: Path) -> list[Path]:
    """What git tracks, and what it would track at the next `git add`."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=root, capture_output=True, check=True, text=True).stdout
    return sorted(root / name for name in set(listed.split("\0")) if name and (root / name).is_file())


def drawers(root: Path) -> list[str]:
    """Files named after no thought at all."""
    return [str(path.relative_to(root)) for path in project_files(root) if path.name in DRAWERS]


def long_files(root: Path) -> set[str]:
    """Files written by hand that hold more than one thought can need."""
    written = [path for path in project_files(root) if path.suffix in WRITTEN_BY_HAND]
    return {str(path.relative_to(root)) for path in written if len(path.read_bytes().splitlines()) > MOST_LINES}


def registry_addresses(root: Path) -> list[str]:
    """Files that name an index or registry: which one serves the packages is the machine's business."""
    return [
        str(path.relative_to(root))
        for path in project_files(root)
        if any(address.encode() in path.read_bytes() for address in REGISTRIES)
    ]


@pytest.fixture
def repository(tmp_path):
    """An empty project of its own."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def test_no_file_is_a_drawer():
    assert drawers(ROOT) == []


def test_a_drawer_is_found(repository):
    (repository / "helpers.py").touch()
    (repository / "duties.py").touch()

    assert drawers(repository) == ["helpers.py"]


def test_no_file_is_endless():
    assert long_files(ROOT) - set(MAY_BE_LONG) == set()


def test_every_exemption_is_still_needed_and_says_why():
    assert set(MAY_BE_LONG) - long_files(ROOT) == set()
    assert all(MAY_BE_LONG.values())


def test_an_endless_file_is_found(repository):
    (repository / "long.py").write_text("pass\n" * (MOST_LINES + 1))
    (repository / "short.py").write_text("pass\n" * MOST_LINES)
    (repository / "data.csv").write_text("row\n" * 1000)

    assert long_files(repository) == {"long.py"}


def test_no_file_names_a_registry():
    assert registry_addresses(ROOT) == []


@pytest.mark.parametrize("address", REGISTRIES)
def test_a_registry_address_is_found(repository, address):
    (repository / "some.txt").write_text(f"--index-url https://{address}\n")

    assert registry_addresses(repository) == ["some.txt"]


def test_what_git_ignores_is_not_looked_at(repository):
    (repository / ".gitignore").write_text("/var/\n")
    (repository / "var").mkdir()
    (repository / "var/utils.py").touch()

    assert drawers(repository) == []
