"""The config file: how plugins shall stand, as a deployment writes it down, read into standings or faults with their places.

What the file does not name stays as it is; what it names is then exactly so: of settings it gives, those left out are at
their default, and of sites it gives, those left out follow the switch for everyone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.rules import newly_unmet, standing_faults
from civicnet.lifecycle.setting_values import declared, merged, misfits
from civicnet.lifecycle.sites import sites_called
from civicnet.lifecycle.standing import SiteStanding, Standing
from civicnet.lifecycle.toml_text import key_text


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that cannot be: where it stands, and what is wrong with it."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What a file says: why, and how the plugins it names shall stand. With any fault, nothing of it counts."""

    reason: str
    wanted: Mapping[str, Standing]
    faults: tuple[Fault, ...]


def read_config(text: str, *, now: Mapping[str, Standing], sites: Mapping[int, str]) -> ConfigFile:
    """Read a file against how plugins stand now and what the sites are called; every fault is found, not the first."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = _("This is not valid TOML: %(error)s.") % {"error": error}
        return ConfigFile("", {}, (Fault("", told),))
    reader = _Reader(now, sites)
    reader.read(data)
    return ConfigFile(reader.reason, reader.wanted, tuple(reader.faults))


@dataclass
class _Reader:
    now: Mapping[str, Standing]
    sites: Mapping[int, str]
    reason: str = ""
    wanted: dict[str, Standing] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    def read(self, data: Mapping[str, Any]) -> None:
        self._only(data, "reason", "plugins")
        self.reason = str(self._of_kind(data, "reason", str, _("a text")) or "")
        for slug, entry in (self._table(data, "plugins") or {}).items():
            with self._below("plugins", slug):
                self._plugin(slug, entry)
        for one in newly_unmet(self.now, {**self.now, **self.wanted}):
            at_site = [] if one.site_id is None else ["sites", self._site(one.site_id)]
            with self._below("plugins", one.plugin, *at_site):
                self._fault(one.sentence)

    def _plugin(self, slug: str, entry: Any) -> None:
        if slug not in registry.manifests:
            return self._fault(_("There is no plugin named %(slug)s.") % {"slug": slug})
        if not isinstance(entry, dict):
            return self._fault(_("This must be a table."))
        self._only(entry, "enabled", "settings", "sites")
        before = self.now.get(slug, Standing())
        enabled = self._of_kind(entry, "enabled", bool, _("true or false"))
        after = before if enabled in (None, before.enabled) else before.on() if enabled else before.off()
        after = replace(after, settings=self._settings(slug, entry, before.settings, on_a_site=False))
        self.wanted[slug] = replace(after, sites=self._of_sites(slug, entry, before))
        # Values were looked at one by one; what is left are switches that the manifest does not allow.
        for site_id, error in standing_faults(slug, replace(self.wanted[slug], settings=before.settings), before):
            at_site = [] if site_id is None else ["sites", self._site(site_id)]
            with self._below(*at_site, str(error.field)):
                self._fault(str(error))
        return None

    def _of_sites(self, slug: str, entry: Mapping[str, Any], before: Standing) -> Mapping[int, SiteStanding]:
        given = self._table(entry, "sites")
        if given is None:
            return before.sites
        # A site that is gone has no name; what it made of the plugin is in nobody's way.
        found = {site_id: one for site_id, one in before.sites.items() if site_id not in self.sites}
        for name, told in given.items():
            with self._below("sites", name):
                meant = sites_called(name, self.sites)
                if len(meant) != 1:
                    self._fault(self._which(name, meant))
                elif meant[0] in found:
                    self._fault(_("This site is named twice."))
                elif not isinstance(told, dict):
                    self._fault(_("This must be a table."))
                else:
                    found[meant[0]] = self._at_site(slug, told, before.at(meant[0]))
        return {site_id: one for site_id, one in found.items() if one != SiteStanding()}

    def _at_site(self, slug: str, entry: Mapping[str, Any], before: SiteStanding) -> SiteStanding:
        self._only(entry, "mode", "settings")
        mode = entry.get("mode", SiteMode.INHERIT)
        if mode not in SiteMode.values:
            with self._below("mode"):
                self._fault(_("A site says inherit, on or off."))
            mode = before.mode
        settings = self._settings(slug, {"settings": {}, **entry}, before.settings, on_a_site=True)
        return SiteStanding(mode, settings)

    def _settings(
        self, slug: str, entry: Mapping[str, Any], before: Mapping[str, Any], *, on_a_site: bool
    ) -> Mapping[str, Any]:
        given = self._table(entry, "settings")
        if given is None:
            return before
        if wrong := list(misfits(slug, given, on_a_site=on_a_site)):
            for error in wrong:
                with self._below("settings", str(error.field)):
                    self._fault(str(error))
            return before
        dropped = {name: value for name, value in before.items() if name not in declared(slug)}
        return merged(slug, dropped, given, on_a_site=on_a_site)

    def _only(self, table: Mapping[str, Any], *keys: str) -> None:
        for key in sorted(table.keys() - set(keys)):
            with self._below(key):
                self._fault(_("There is no such key here; there are %(keys)s.") % {"keys": ", ".join(keys)})

    def _table(self, table: Mapping[str, Any], key: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._of_kind(table, key, dict, _("a table"))
        return found

    def _of_kind(self, table: Mapping[str, Any], key: str, kind: type, words: str) -> Any:
        if key not in table or isinstance(table[key], kind):
            return table.get(key)
        with self._below(key):
            self._fault(_("This must be %(kind)s.") % {"kind": words})
        return None

    def _which(self, name: str, meant: list[int]) -> str:
        if meant:
            named = ", ".join(self.sites[site_id] for site_id in meant)
            return _("Several sites answer at %(name)s; name one of %(sites)s.") % {"name": name, "sites": named}
        told = {"name": name, "sites": ", ".join(self.sites.values())}
        return _("There is no site at %(name)s; there are %(sites)s.") % told

    def _site(self, site_id: int) -> str:
        return self.sites.get(site_id, str(site_id))

    @contextmanager
    def _below(self, *keys: str) -> Iterator[None]:
        self._path.extend(keys)
        yield
        del self._path[len(self._path) - len(keys) :]

    def _fault(self, sentence: str) -> None:
        # As TOML itself would write the place: a host is quoted for its dots.
        self.faults.append(Fault(".".join(map(key_text, self._path)), sentence))
