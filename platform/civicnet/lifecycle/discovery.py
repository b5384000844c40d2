"""Discovery: which plugins are installed, in which order they load, and which cannot.

Settings call this while Django is not set up yet, so nothing here imports plugin code or touches the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from packaging.version import Version

import civicnet
from civicnet.lifecycle.manifest import Manifest, ManifestError, read_manifest

GROUP = "civicnet.plugins"
_beside: set[tuple[str, str]] = set()


@dataclass(frozen=True, slots=True)
class Unloadable:
    """A plugin that is installed but does not load, and the sentence that says why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """Manifests in dependency order, and what was left out."""

    loadable: tuple[Manifest, ...]
    unloadable: tuple[Unloadable, ...] = ()

    def manifest(self, slug: str) -> Manifest:
        """The manifest of a loaded plugin. Raises KeyError for another."""
        return {one.slug: one for one in self.loadable}[slug]


def look_also(slug: str, package: str) -> None:
    """Find a plugin that lies on the path without being installed, as its author's tests do; before settings are read."""
    _beside.add((slug, package))


@lru_cache(maxsize=1)
def discover() -> Discovery:
    """Discover what the environment has installed; read once per process."""
    found: list[Manifest] = []
    broken: list[Unloadable] = []
    # Those that come with the platform first: a stranger does not take their names by standing earlier in the alphabet.
    points = {(_is_strange(point), point.name, point.value) for point in entry_points(group=GROUP)}
    points |= {(True, *one) for one in _beside - {point[1:] for point in points}}
    for _strange, name, package in sorted(points):
        try:
            manifest = read_manifest(_folder(package) / "plugin.toml", package=package)
            if manifest.slug != name:
                raise ManifestError(f"{package}: entry point {name!r} and slug {manifest.slug!r} differ")
            found.append(manifest)
        except ManifestError as error:
            broken.append(Unloadable(name, str(error)))
    return arrange(found, broken=broken, platform=Version(civicnet.__version__))


def arrange(found: Iterable[Manifest], *, broken: Iterable[Unloadable], platform: Version) -> Discovery:
    """Sort manifests so that every plugin comes after those it requires; leave out what cannot run.

    A plugin is left out when an earlier one claims its slug, or a URL or prefix that begins with its own or that its own
    begins with; when its ranges do not fit, when what it requires is missing or left out, or when it is part of a cycle.
    Every reason names the plugins.
    """
    left_out = list(broken)
    chosen = _distinct(found, left_out)
    while True:
        _drop_unfit(chosen, left_out, platform)
        sorter = TopologicalSorter({slug: _before(chosen[slug], chosen) for slug in sorted(chosen)})
        try:
            order = tuple(sorter.static_order())
            return Discovery(tuple(chosen[slug] for slug in order), tuple(left_out))
        except CycleError as error:
            cycle = list(dict.fromkeys(error.args[1]))
            for slug in cycle:
                left_out.append(
                    Unloadable(slug, f"plugins require each other in a circle: {' → '.join(error.args[1])}")
                )
                del chosen[slug]


def installed_apps() -> list[str]:
    """Django app paths of all loadable plugins, on or off: code, models and migrations always stay loaded."""
    return [manifest.package for manifest in discover().loadable]


def _before(one: Manifest, chosen: dict[str, Manifest]) -> list[str]:
    # What is only wished for comes first where it is there, and is missed by nobody where it is not.
    return sorted({*one.requires_plugins, *(one.optional_plugins.keys() & chosen.keys())})


def _drop_unfit(chosen: dict[str, Manifest], left_out: list[Unloadable], platform: Version) -> None:
    while unfit := [(slug, why) for slug, one in chosen.items() if (why := _unfit(one, chosen, platform))]:
        for slug, why in unfit:
            left_out.append(Unloadable(slug, why))
            del chosen[slug]


def _distinct(found: Iterable[Manifest], left_out: list[Unloadable]) -> dict[str, Manifest]:
    chosen: dict[str, Manifest] = {}
    claims: dict[tuple[str, str], str] = {}
    for one in found:
        wanted = [("slug", one.slug), ("prefix", one.prefix), *(("url", url) for url in one.urls)]
        clash = next((pair for pair in product(wanted, claims) if _overlap(*pair)), None)
        if clash:
            (kind, value), taken = clash
            owner = claims[taken]
            left_out.append(Unloadable(one.package, f"{one.package}: {kind} {value!r} is already taken by {owner}"))
            continue
        claims.update(dict.fromkeys(wanted, one.package))
        chosen[one.slug] = one
    return chosen


def _overlap(wanted: tuple[str, str], taken: tuple[str, str]) -> bool:
    (kind, one), (other_kind, other) = wanted, taken
    if kind != other_kind or kind == "slug":
        return wanted == taken
    return one.startswith(other) or other.startswith(one)


def _is_strange(point: EntryPoint) -> bool:
    return point.dist is None or point.dist.name != "civicnet"


def _unfit(one: Manifest, chosen: dict[str, Manifest], platform: Version) -> str:
    if platform not in one.requires_platform:
        return f"{one.slug} needs platform {one.requires_platform}, this is {platform}"
    for slug, wanted in one.requires_plugins.items():
        if slug not in chosen:
            return f"{one.slug} needs the plugin {slug}, which is not there"
        if chosen[slug].version not in wanted:
            return f"{one.slug} needs {slug} {wanted}, found {chosen[slug].version}"
    return ""


def _folder(package: str) -> Path:
    # A top-level name only: find_spec runs no code of the plugin for it.
    spec = find_spec(package) if "." not in package else None
    if spec is None or not spec.submodule_search_locations:
        raise ManifestError(f"{package}: the entry point must name a top-level package that is installed")
    return Path(next(iter(spec.submodule_search_locations)))
