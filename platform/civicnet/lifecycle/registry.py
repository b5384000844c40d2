"""The plugins of this process: their hooks in one pluggy manager, and those that could not register."""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType

import pluggy
from django.conf import settings

from civicnet.contract import PROJECT, hookspecs
from civicnet.lifecycle.culprits import PluginLoadError, running
from civicnet.lifecycle.discovery import Unloadable
from civicnet.lifecycle.loading import chosen
from civicnet.lifecycle.manifest import Manifest

logger = logging.getLogger(__name__)


@dataclass
class Registry:
    """Filled once at start; afterwards only read. Registered does not mean on: the snapshot decides that."""

    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    manifests: dict[str, Manifest] = field(default_factory=dict)
    quarantined: list[Unloadable] = field(default_factory=list)
    loaded: bool = False

    def load(self) -> None:
        """Register what this process loads, in dependency order.

        Raises:
            PluginLoadError: the policy is strict, and there is one that does not load.
        """
        if self.loaded:
            return
        self.loaded = True
        found = chosen()
        not_ready = {one.name for one in self.quarantined}
        for one in (*found.unloadable, *found.noted):
            logger.warning("plugin %s: %s", one.name, one.reason)
        self.quarantined.extend((*found.unloadable, *found.noted))
        self.manager.add_hookspecs(hookspecs)
        for manifest in found.loadable:
            if manifest.slug not in not_ready:
                self._register(manifest)
        self._leave_out_unknown_hooks()
        if self.quarantined and settings.CIVICNET_LOAD_POLICY == "strict":
            raise PluginLoadError("; ".join(f"{one.name}: {one.reason}" for one in self.quarantined))

    def make_ready(self, manifest: Manifest, ready: Callable[[], None]) -> None:
        """Call a plugin's own ``ready``. One that fails is not registered afterwards, unless the policy is strict."""
        try:
            with running(manifest.slug):
                ready()
        # The preflight has seen it come back, but code may depend on the weather.
        except Exception as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise
            self._leave_out(manifest, error)

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

    def note(self, slug: str, reason: str, detail: str = "") -> None:
        """Keep a fault for the plugin screen; the same one is kept once."""
        if all((one.name, one.reason) != (slug, reason) for one in self.quarantined):
            version = str(self.manifests[slug].version) if slug in self.manifests else ""
            self.quarantined.append(Unloadable(slug, reason, detail=detail, version=version))

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
                self._leave_out(self.manifests[slug], error)
                self.remove(slug)

    def _register(self, manifest: Manifest) -> None:
        try:
            with running(manifest.slug):
                if manifest.hookspecs:
                    self.manager.add_hookspecs(importlib.import_module(manifest.hookspecs))
                self.add(manifest, importlib.import_module(f"{manifest.package}.plugin"))
        # Whatever a plugin raises while it loads, the host must go on without it.
        except Exception as error:  # noqa: BLE001
            if self.manager.has_plugin(manifest.slug):
                self.manager.unregister(name=manifest.slug)
            self._leave_out(manifest, error)

    def _leave_out(self, manifest: Manifest, error: Exception) -> None:
        logger.error("plugin %s is quarantined", manifest.slug, exc_info=error)
        reason, detail = f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))
        self.quarantined.append(Unloadable(manifest.slug, reason, detail=detail, version=str(manifest.version)))


registry = Registry()
