"""Values of settings: checked as they come in, and kept only where they say something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.settings_schema import Setting, SettingError


def declared(slug: str) -> dict[str, Setting]:
    """The settings that a loaded plugin declares, by name; none for one that is not loaded."""
    known = registry.manifests.get(slug)
    return {one.name: one for one in known.settings} if known else {}


def misfits(slug: str, values: Mapping[str, Any], *, on_a_site: bool = False) -> Iterator[InvalidInput]:
    """What is wrong with values given for settings, one error for each; ``field`` names the setting. None is no fault."""
    known = declared(slug)
    for name, value in values.items():
        if name not in known:
            yield InvalidInput(_("This plugin has no setting named %(name)s.") % {"name": name}, field=name)
        elif on_a_site and not known[name].per_site:
            yield InvalidInput(_("%(name)s is the same on all sites.") % {"name": name}, field=name)
        elif value is not None:
            try:
                known[name].plain(value)
            except SettingError as error:
                yield InvalidInput(error.sentence, field=name)


def merged(
    slug: str, stored: Mapping[str, Any], values: Mapping[str, Any], *, on_a_site: bool = False
) -> dict[str, Any]:
    """Stored values with others put in their place; None takes one out.

    For everyone, a value that is the default is not stored, so that a later version may bring another default. On a site
    it is stored: there it differs from what may be set for everyone.

    Raises:
        InvalidInput: there is no such setting, it cannot differ per site, or a value does not fit.
    """
    for error in misfits(slug, values, on_a_site=on_a_site):
        raise error
    known = declared(slug)
    made = {name: None if value is None else known[name].plain(value) for name, value in values.items()}
    kept = {name: value for name, value in {**stored, **made}.items() if value is not None}
    if on_a_site:
        return kept
    return {name: value for name, value in kept.items() if name not in known or value != known[name].default}
