"""Every catalogue is complete, and the compiled one says what the source says."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("p*/**/locale/zh_Hans/LC_MESSAGES/django.po")) + sorted(
    ROOT.glob("site/**/locale/zh_Hans/LC_MESSAGES/django.po")
)


def entries(path: Path) -> dict[tuple[str, str], list[str]]:
    """Source sentences (with their context) and their translations, as the .po file has them."""
    found: dict[tuple[str, str], list[str]] = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        parts: dict[str, str] = {}
        key = ""
        for line in lines:
            if match := re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line):
                key = match[1]
                parts[key] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                parts[key] += ast.literal_eval(line)
        if parts.get("msgid"):
            found[parts.get("msgctxt", ""), parts["msgid"]] = [
                text for name, text in parts.items() if name.startswith("msgstr")
            ]
    return found


def test_there_is_a_catalogue_for_every_plugin_and_for_the_host() -> None:
    rooms = {path.relative_to(ROOT).parts[1] for path in CATALOGUES}

    assert rooms >= {"civicnet", "grid", "assessment", "publicity", "hotline", "civicnet_site"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_is_complete_and_compiled(path: Path) -> None:
    assert "#, fuzzy" not in path.read_text(encoding="utf-8").replace("#, fuzzy, python", "#, fuzzy")
    with path.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    for (context, source), translations in entries(path).items():
        assert all(translations) and translations, f"{source!r} has no translation"
        read = catalogue.pgettext(context, source) if context else catalogue.gettext(source)
        assert read in translations, f"{source!r}: compile the catalogue again"


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs Debian's gettext to collect sentences from the sources")
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_of_the_sources_is_in_its_catalogue(path: Path, tmp_path: Path) -> None:
    room = path.parents[3]
    copy = tmp_path / room.name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    for inner in room.rglob("locale"):
        # A room inside this one with a catalogue of its own answers for itself.
        if inner.parent != room:
            shutil.rmtree(copy / inner.parent.relative_to(room), ignore_errors=True)
    (copy / "locale").mkdir()
    # -P: a room has a selectors.py of its own, which must not stand in for the standard one.
    makemessages = ["makemessages", "-l", "zh_Hans", "--no-location", "--no-obsolete"]
    command = [sys.executable, "-P", "-m", "django", *makemessages]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)

    missing = entries(copy / "locale/zh_Hans/LC_MESSAGES/django.po").keys() - entries(path).keys()

    assert not missing
