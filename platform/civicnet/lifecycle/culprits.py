"""Culprits: whose code runs while the host starts, so that whatever stops the start carries a name.

Only the import system sees a plugin's package, its apps.py and its models being read: it asks here, and goes on as it would.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

from civicnet.lifecycle.manifest import Manifest


class PluginLoadError(RuntimeError):
    """A plugin stops the start; the message names it."""


def name_imports_of(plugins: Iterable[Manifest]) -> None:
    """From now on, an error raised while a module of these plugins is imported carries the plugin's slug."""
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, _Finder)]
    sys.meta_path.insert(0, _Finder({one.package: one.slug for one in plugins}))


def culprit(error: BaseException) -> str:
    """The slug of the plugin whose code raised this error while it was running; empty when it was nobody's."""
    return str(getattr(error, "civicnet_plugin", ""))


def tell(listener: Callable[[str], None]) -> None:
    """Have a listener told the slug of the plugin whose code begins to run, and the outer one's, or nothing, at its end."""
    global _tell
    _tell = listener


@contextmanager
def running(slug: str) -> Iterator[None]:
    """Name the plugin for the length of a block. A call to ``sys.exit`` becomes an error.

    Raises:
        PluginLoadError: the code asked to end the process.
    """
    global _now
    outer, _now = _now, slug
    _tell(_now)
    try:
        yield
    except SystemExit as error:
        ended = PluginLoadError(f"plugin {slug} calls sys.exit({error.code!r}) while it loads")
        _blame(ended, slug)
        raise ended from error
    except Exception as error:
        _blame(error, slug)
        raise
    finally:
        _now = outer
        _tell(_now)


def _to_nobody(slug: str) -> None:
    """Only a rehearsal listens."""


_now = ""
_tell: Callable[[str], None] = _to_nobody


def _blame(error: Exception, slug: str) -> None:
    # The innermost one raised it; a plugin that imports another is not to blame for it.
    if not culprit(error):
        error.civicnet_plugin = slug  # type: ignore[attr-defined]
        error.add_note(f"This comes from the plugin {slug}.")


class _Finder(MetaPathFinder):
    def __init__(self, slugs: Mapping[str, str]) -> None:
        self._slugs = slugs

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """What the others find; the module's own code is run under the plugin's name."""
        slug = self._slugs.get(name.partition(".")[0])
        if slug is None:
            return None
        found = (one.find_spec(name, path, target) for one in sys.meta_path if one is not self)
        spec = next((one for one in found if one), None)
        # A loader of this kind belongs to one module alone.
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader.exec_module = _named(spec.loader.exec_module, slug)  # type: ignore[assignment, method-assign]
        return spec


def _named(execute: Callable[[ModuleType], None], slug: str) -> Callable[[ModuleType], None]:
    def exec_module(module: ModuleType) -> None:
        with running(slug):
            execute(module)

    return exec_module
