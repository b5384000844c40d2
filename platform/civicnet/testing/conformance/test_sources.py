"""The sources: every sentence is translated, and no gate is walked round."""

from __future__ import annotations

import ast
import gettext as catalogues
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.utils import translation

from civicnet.lifecycle.manifest import Manifest

_CALLS = {
    "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "ngettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1, "npgettext": 1,
    "npgettext_lazy": 1,
}  # fmt: skip
_TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+(["'])(?P<text>.*?)\1(?:\s+context\s+(["'])(?P<context>.*?)\3)?""")
_BLOCK = re.compile(
    r"""\{%\s*blocktrans(?:late)?\b(?P<given>[^%]*)%\}(?P<text>.*?)(?:\{%\s*plural\b.*?)?\{%\s*endblocktrans""", re.S
)
_CONTEXT = re.compile(r"""context\s+(["'])(.*?)\1""")
Sentence = tuple[str, str]


def test_every_sentence_is_translated(under_test: Manifest) -> None:
    """What stands in code and templates for people to read is there in Chinese."""
    folder = _folder(under_test)
    found = {sentence for path in sorted(folder.rglob("*.py")) for sentence in _in_code(path)}
    found |= {sentence for path in sorted(folder.rglob("*.html")) for sentence in _in_template(path)}
    own = _catalogue(folder)
    missing = sorted(text for context, text in found if not _is_translated(own, context, text))

    assert not missing, f"translate in locale/zh_Hans and run compilemessages: {missing}"


def test_its_sources_are_clean(under_test: Manifest) -> None:
    """What ``civicnet plugins lint`` finds."""
    from civicnet.lifecycle.lint import lint

    found = lint([_folder(under_test)])

    assert not found, "\n".join(map(str, found))


def _folder(manifest: Manifest) -> Path:
    spec = find_spec(manifest.package)
    assert spec is not None and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


class _Nothing(catalogues.NullTranslations):
    """What stands behind a catalogue: whatever comes from here is not in it."""

    def gettext(self, message: str) -> str:
        """Not the message itself, as others say: a translation may be the same as its source."""
        return ""

    def pgettext(self, context: str, message: str) -> str:
        """The same."""
        return ""


def _catalogue(folder: Path) -> catalogues.NullTranslations:
    path = folder / "locale/zh_Hans/LC_MESSAGES/django.mo"
    if not path.exists():
        return _Nothing()
    with path.open("rb") as compiled:
        catalogue = catalogues.GNUTranslations(compiled)
    catalogue.add_fallback(_Nothing())
    return catalogue


def _is_translated(own: catalogues.NullTranslations, context: str, text: str) -> bool:
    if own.pgettext(context, text) if context else own.gettext(text):
        return True
    # The platform's and Wagtail's catalogues are read into one with the plugin's.
    with translation.override("zh-hans"):
        return (translation.pgettext(context, text) if context else translation.gettext(text)) != text


def _in_code(path: Path) -> Iterator[Sentence]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = dict(_CALLS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {one.asname: _CALLS[one.name] for one in node.names if one.asname and one.name in _CALLS}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))
        at = names.get(name)
        if at is None or len(call.args) <= at:
            continue
        given = [one.value for one in call.args[: at + 1] if isinstance(one, ast.Constant)]
        if len(given) == at + 1:
            yield str(given[0]) if at else "", str(given[at])


def _in_template(path: Path) -> Iterator[Sentence]:
    text = path.read_text(encoding="utf-8")
    for tag in _TAG.finditer(text):
        yield tag["context"] or "", tag["text"]
    for block in _BLOCK.finditer(text):
        context = _CONTEXT.search(block["given"])
        sentence = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", block["text"].replace("%", "%%"))
        if re.search(r"\btrimmed\b", block["given"]):
            sentence = " ".join(line.strip() for line in sentence.strip().splitlines())
        yield context[2] if context else "", sentence
