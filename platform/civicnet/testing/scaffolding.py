"""Laying out a new plugin: a distribution of its own that is complete, small, and whose tests pass at once.

The folder ``scaffold/`` is such a plugin itself; a new one is its copy with other names. Nothing is written before everything
has been checked.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _
from packaging.version import Version

import civicnet
from civicnet.contract import Conflict, InvalidInput
from civicnet.lifecycle.discovery import arrange, discover
from civicnet.lifecycle.manifest import SLUG, ManifestError, read_manifest
from civicnet.lifecycle.subcommands import Say, Subcommand

SCAFFOLD = Path(__file__).with_name("scaffold")
LABELS = {"zh-hans": "服务点", "en": "Service points"}
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_TOKEN = re.compile("acme_scaffold|acme-scaffold|scaffold|Scaffold|LABEL_ZH|LABEL_EN")


@dataclass(frozen=True, slots=True)
class Names:
    """What a new plugin is called: by pip, by Python, by the platform, and by people."""

    distribution: str
    package: str
    slug: str
    label_zh: str
    label_en: str

    def put_into(self, text: str) -> str:
        """The text of the scaffold with these names in place of its own."""
        own = {
            "acme_scaffold": self.package,
            "acme-scaffold": self.distribution,
            "scaffold": self.slug,
            "Scaffold": self.slug.capitalize(),
            "LABEL_ZH": self.label_zh,
            "LABEL_EN": self.label_en,
        }
        return _TOKEN.sub(lambda found: own[found[0]], text)


def new_plugin(*, name: str, into: Path, slug: str = "", label: str = "", label_en: str = "") -> Path:
    """Lay out a plugin in a new folder ``into/name`` and return the folder.

    A name of one word gets a package of ``acme_`` and the word; of several words, all of them make the package and the last
    one the slug, unless another ``slug`` is given. ``label`` is what Chinese readers see, ``label_en`` what others do.

    Raises:
        InvalidInput: a name, slug or label cannot be used; ``field`` says which.
        Conflict: the folder or package is there already, or an installed plugin has the slug or one like it.
    """
    names = _names(name, slug, label, label_en)
    target = into / name
    if target.exists():
        raise Conflict(_("There is %(folder)s already. Choose another name or folder.") % {"folder": target})
    if find_spec(names.package) is not None:
        raise Conflict(_("There is a package %(package)s already. Choose another name.") % {"package": names.package})
    into.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that the last step is one move: nobody ever sees half a plugin.
    with TemporaryDirectory(dir=into, prefix=".new-") as folder:
        made = Path(folder, name)
        _copy(SCAFFOLD, made, names)
        _refuse_taken(made / names.package / "plugin.toml", names)
        made.rename(target)
    return target


def _names(name: str, slug: str, label: str, label_en: str) -> Names:
    if not _NAME.fullmatch(name) or name.startswith("civicnet"):
        told = _(
            "A plugin's name is small letters and digits, with hyphens between words, and does not begin with civicnet."
        )
        raise InvalidInput(told, field="name")
    words = re.split("[-_]", name)
    slug = slug or words[-1]
    if not SLUG.fullmatch(slug):
        raise InvalidInput(_("A slug is 2 to 32 small letters or digits and begins with a letter."), field="slug")
    for field, text in (("label", label), ("label_en", label_en)):
        if re.search(r'["\\\n]', text):
            raise InvalidInput(_("A label is one line without quotation marks."), field=field)
    return Names(
        distribution="-".join(words) if len(words) > 1 else f"acme-{name}",
        package="_".join(words) if len(words) > 1 else f"acme_{name}",
        slug=slug,
        label_zh=label or LABELS["zh-hans"],
        label_en=label_en or (label and slug.capitalize()) or LABELS["en"],
    )


def _copy(source: Path, target: Path, names: Names) -> None:
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.name.startswith((".", "__pycache__")):
            continue
        # Under its own name, a file that begins with a dot would rule over the scaffold itself.
        place = target / names.put_into(path.name.replace("dot-", ".", 1))
        if path.is_dir():
            _copy(path, place, names)
        elif path.suffix == ".mo":
            place.write_bytes(path.read_bytes())
        else:
            place.write_text(names.put_into(path.read_text(encoding="utf-8")), encoding="utf-8")


def _refuse_taken(path: Path, names: Names) -> None:
    try:
        manifest = read_manifest(path, package=names.package)
    except ManifestError as error:
        raise InvalidInput(str(error), field="slug") from error
    known = discover()
    together = arrange([*known.loadable, manifest], broken=known.unloadable, platform=Version(civicnet.__version__))
    if reasons := [one.reason for one in together.unloadable if one.name in (names.package, names.slug)]:
        raise Conflict(_("Choose another slug: %(reason)s.") % {"reason": reasons[0]}, field="slug")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what the distribution is called, such as stations or town-stations")
    parser.add_argument("--into", type=Path, default=Path(), help="the folder in which the new one is made")
    parser.add_argument("--slug", default="", help="the plugin's slug and prefix; else the last word of the name")
    parser.add_argument("--label", default="", help="what Chinese readers call it")
    parser.add_argument("--label-en", default="", help="what others call it")


def _run(options: Mapping[str, Any], say: Say) -> None:
    given = {key: options[key] for key in ("name", "into", "slug", "label", "label_en")}
    folder = new_plugin(**given)
    say(_("%(folder)s is laid out. Its tests pass: cd %(folder)s && pytest") % {"folder": folder})


NEW = Subcommand("new", "lay out a new plugin as a distribution of its own", _add_arguments, _run, needs_database=False)
