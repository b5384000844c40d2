"""Types of what people define while the platform runs: asked of the plugins once for each generation, and checked alone."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError

from civicnet.gateway.building import ComposeError, Roots, build_alone, validated
from civicnet.gateway.parts import Part, own, parts, reason
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import PerGeneration

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Defined:
    """What is defined in one plugin; equal where the definitions are, whichever process made the types of them."""

    plugin: str
    digest: str
    types: tuple[type, ...] = field(compare=False, repr=False)


Definitions = tuple[Defined, ...]
NOTHING: Definitions = ()


def defined_within(plugins: Collection[str]) -> Definitions:
    """What is defined now in plugins that are on, or off and still answer null."""
    return tuple(one for one in _now.now() if one.plugin in plugins)


def forget_defined() -> None:
    """Ask anew next time."""
    _now.forget()


def _read() -> Definitions:
    found = []
    for part in parts().values():
        try:
            if (one := _of(part)) is not None:
                found.append(one)
        except DatabaseError:
            # Nobody's fault, and over soon: it must not be remembered that there was nothing.
            raise
        except (Exception, SystemExit) as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise ComposeError(f"plugin {part.plugin}: {error}") from error
            logger.exception("what is defined in plugin %s is left out", part.plugin)
            registry.note(part.plugin, reason(error))
    return tuple(found)


def _of(part: Part) -> Defined | None:
    told = part.fragment.defined() if part.fragment.defined else None
    if told is None or not told.types:
        return None
    prefix = registry.manifests[part.plugin].prefix
    names = [kind._meta.name for kind in told.types]  # type: ignore[attr-defined]
    for name in names:
        if not name.startswith(prefix[0].upper() + prefix[1:]):
            raise ComposeError(f"type {name} must start with {prefix!r}")
        if name in part.types or names.count(name) > 1:
            raise ComposeError(f"type {name} is there twice")
    validated(build_alone(Roots(part.roots.query, part.roots.mutation, (*part.roots.types, *told.types))))
    own(names, part.plugin)
    return Defined(part.plugin, told.digest, told.types)


_now = PerGeneration(_read)
