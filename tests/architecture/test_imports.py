"""Imports: arrows run from site to plugins to platform and down its floors; import-linter holds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def broken_contracts(root: Path, *, first_on_path: Path | None = None) -> str:
    """What import-linter complains about, or nothing."""
    linter = Path(sys.executable).with_name("lint-imports")
    path = {"PYTHONPATH": str(first_on_path)} if first_on_path else {}
    done = subprocess.run(
        [linter, "--no-cache", "--config", root / "pyproject.toml"],
        cwd=first_on_path or root,
        env=os.environ | path,
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied_packages(tmp_path_factory):
    """All our packages side by side in a folder of their own, where a test may break a rule."""
    folder = tmp_path_factory.mktemp("packages")
    for room in ("platform", "site", "plugins/*"):
        for package in ROOT.glob(f"{room}/civicnet*"):
            shutil.copytree(package, folder / package.name, ignore=_all_but_code)
    return folder


def test_every_arrow_runs_the_right_way():
    assert broken_contracts(ROOT) == ""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("civicnet/lifecycle", "import civicnet_grid"),
        ("civicnet/ledger", "import civicnet.gateway"),
        ("civicnet_grid", "import civicnet_hotline"),
        ("civicnet_hotline", "import civicnet_site"),
    ],
)
def test_an_arrow_the_wrong_way_is_found(copied_packages, place, line):
    wrong = copied_packages / place / "wrong.py"
    wrong.write_text(f"{line}\n")

    complaint = broken_contracts(ROOT, first_on_path=copied_packages)

    wrong.unlink()
    assert "BROKEN" in complaint
    assert "wrong" in complaint


def _all_but_code(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if Path(folder, name).is_file() and not name.endswith(".py")}
