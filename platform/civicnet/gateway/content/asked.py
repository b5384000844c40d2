"""What a query asks of content, as a tree of names that is walked beside the stored text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from civicnet.gateway.selection import Selection


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields asked for at one place, and the sizes of pictures named there. Where None stands instead: everything."""

    fields: Mapping[str, Asked] = field(default_factory=dict)
    specs: frozenset[str] = frozenset()
    srcsets: frozenset[str] = frozenset()


def asked_of(selection: Selection | None) -> Asked | None:
    """The tree of a selection; None, which is everything, where there is none."""
    return None if selection is None else selection.once(_tree)


def _tree(selection: Selection) -> Asked:
    names = selection.fields
    return Asked(
        fields={name: _tree(selection.at(name)) for name in names},
        specs=_named(selection, "rendition") if "rendition" in names else frozenset(),
        srcsets=_named(selection, "srcset") if "srcset" in names else frozenset(),
    )


def below(asked: Asked | None, name: str) -> Asked | None:
    """What is asked at a field that is asked for."""
    return None if asked is None else asked.fields[name]


def _named(selection: Selection, name: str) -> frozenset[str]:
    # A block may have a field of this name that takes no argument.
    return frozenset(call.arguments["spec"].name for call in selection.calls(name) if "spec" in call.arguments)
