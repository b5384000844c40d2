"""The plugins of this process: their hooks in one pluggy manager, and those that could not register."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType

import pluggy
from django.conf import settings

from civicnet.contract import PROJECT, hookspecs
from civicnet.lifecycle.discovery import Unloadable, discover
from civicnet.lifecycle.manifest import Manifest

logger = logging.getLogger(__name__)


class PluginLoadError(RuntimeError):
    """A plugin failed to register under the strict policy."""


@dataclass
class Registry:
    """Filled once at start; afterwards only read. Registered does not mean on: the snapshot decides that."""

    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    manifests: dict[str, Manifest] = field(default_factory=dict)
    quarantined: list[Unloadable] = field(default_factory=list)

    def load(self) -> None:
        """Register what discovery found, in dependency order."""
        if self.manifests or self.quarantined:
            return
        found = discover()
        self.quarantined.extend(found.unloadable)
        self.manager.add_hookspecs(hookspecs)
        for manifest in found.loadable:
            self._register(manifest)
        self._leave_out_unknown_hooks()
        if self.quarantined and settings.CIVICNET_LOAD_POLICY == "strict":
            raise PluginLoadError("; ".join(one.reason for one in self.quarantined))

    def add(self, manifest: Manifest, module: ModuleType | object) -> None:
        """Register one plugin's hooks; a test hands in its own object here.

        Raises:
            PluginLoadError: one of them is a wrapper, which could change or swallow what other plugins answer.
        """
        for name in dir(module):
            found = self.manager.parse_hookimpl_opts(module, name)
            if found and (found["wrapper"] or found["hookwrapper"]):
                raise PluginLoadError(f"{name} is a hook wrapper; a plugin answers for itself only")
        self.manager.register(module, name=manifest.slug)
        self.manifests[manifest.slug] = manifest

    def remove(self, slug: str) -> None:
        """Take a plugin out again, as a test does when it ends."""
        self.manager.unregister(name=slug)
        del self.manifests[slug]

    def note(self, slug: str, reason: str) -> None:
        """Keep a fault for the plugin screen; the same one is kept once."""
        fault = Unloadable(slug, reason)
        if fault not in self.quarantined:
            self.quarantined.append(fault)

    def dependants(self, slug: str) -> Iterable[str]:
        """Slugs of the plugins that require this one, directly."""
        return [other for other, manifest in self.manifests.items() if slug in manifest.requires_plugins]

    def _leave_out_unknown_hooks(self) -> None:
        # Only now, for a hook may be published by a plugin that comes later; each fault is told one at a time.
        while True:
            try:
                return self.manager.check_pending()
            except pluggy.PluginValidationError as error:
                slug = str(self.manager.get_name(error.plugin))
                self.remove(slug)
                self.quarantined.append(Unloadable(slug, str(error)))

    def _register(self, manifest: Manifest) -> None:
        try:
            if manifest.hookspecs:
                self.manager.add_hookspecs(importlib.import_module(manifest.hookspecs))
            self.add(manifest, importlib.import_module(f"{manifest.package}.plugin"))
        # Whatever a plugin raises while it loads, the host must go on without it.
        except (Exception, SystemExit) as error:
            logger.exception("plugin %s is quarantined", manifest.slug)
            if self.manager.has_plugin(manifest.slug):
                self.manager.unregister(name=manifest.slug)
            self.quarantined.append(Unloadable(manifest.slug, f"{type(error).__name__}: {error}"))


registry = Registry()
