"""Every catalogue is complete, and the compiled one says what the source says."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
import wagtail
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("p*/**/locale/zh_Hans/LC_MESSAGES/django.po")) + sorted(
    ROOT.glob("site/**/locale/zh_Hans/LC_MESSAGES/django.po")
)
WORDING = ROOT / "site/civicnet_site/wording/locale/zh_Hans/LC_MESSAGES"
WAGTAIL = Path(wagtail.__file__).parent
# Parts of Wagtail this product does not install.
NOT_INSTALLED = ("styleguide", "simple_translation", "frontend_cache", "search_promotions")


@cache
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


@pytest.mark.parametrize("path", [*CATALOGUES, WORDING / "djangojs.po"], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_is_complete_and_compiled(path: Path) -> None:
    assert "#, fuzzy" not in path.read_text(encoding="utf-8").replace("#, fuzzy, python", "#, fuzzy")
    with path.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    for (context, source), translations in entries(path).items():
        assert all(translations) and translations, f"{source!r} has no translation"
        read = catalogue.pgettext(context, source) if context else catalogue.gettext(source)
        assert read in translations, f"{source!r}: compile the catalogue again"


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs Debian's gettext to collect sentences from the sources")
@pytest.mark.parametrize(
    "path", [path for path in CATALOGUES if path.parent != WORDING], ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_sentence_of_the_sources_is_in_its_catalogue(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = path.parents[3]
    copy = tmp_path / room.name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    for inner in room.rglob("locale"):
        # A room inside this one with a catalogue of its own answers for itself.
        if inner.parent != room:
            shutil.rmtree(copy / inner.parent.relative_to(room), ignore_errors=True)
    (copy / "locale").mkdir()
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["zh_Hans"], no_location=True, no_obsolete=True, verbosity=0)

    missing = entries(copy / "locale/zh_Hans/LC_MESSAGES/django.po").keys() - entries(path).keys()

    assert not missing


def wagtails(language: str, domain: str) -> dict[tuple[str, str], set[str]]:
    """What the installed parts of Wagtail say in a language: a sentence and all its translations."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in WAGTAIL.glob(f"**/locale/{language}/LC_MESSAGES/{domain}.po"):
        if not any(part in path.parts for part in NOT_INSTALLED):
            for key, translations in entries(path).items():
                found.setdefault(key, set()).update(filter(None, translations))
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_no_screen_of_wagtails_is_left_in_english(domain: str) -> None:
    theirs = {key for key, translations in wagtails("zh_Hans", domain).items() if translations}
    ours = entries(WORDING / f"{domain}.po").keys()
    all_of_them = wagtails("en", domain).keys()

    assert not all_of_them - theirs - ours
    assert not ours - all_of_them, "Wagtail no longer says this: strike it out"


def test_a_word_without_context_means_the_same_in_every_room() -> None:
    """All catalogues are read into one: what one room says, the others and Wagtail's own screens say too."""
    spoken: dict[tuple[str, str], set[str]] = {}
    wording = entries(WORDING / "django.po")
    for key, translations in (wagtails("zh_Hans", "django") | wording).items():
        spoken[key] = set(translations)
    clashes = []
    for path in CATALOGUES:
        for key, translations in entries(path).items():
            said = spoken.setdefault(key, set(translations))
            if not said & set(translations):
                clashes.append((str(path.relative_to(ROOT)), key, translations, said))

    assert not clashes, "give the word a context"
