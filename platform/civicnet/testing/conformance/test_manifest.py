"""The manifest: complete, in both languages, and about things that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.contrib.auth.models import Permission

from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry

LANGUAGES = ("zh-hans", "en")


def test_it_loads(under_test: Manifest) -> None:
    """It registers its hooks, and no part of it was left out."""
    left_out = [f"{one.name}: {one.reason}" for one in registry.quarantined if one.name == under_test.slug]

    assert not left_out, f"mend what keeps it from loading whole: {'; '.join(left_out)}"


def test_the_manifest_speaks_chinese_and_english(under_test: Manifest) -> None:
    """Whatever of ``plugin.toml`` people read is there for each of them."""
    silent = [f"{place} lacks {language}" for place, texts in _texts(under_test) for language in _lacking(texts)]

    assert not silent, f"write these in plugin.toml: {'; '.join(silent)}"


def test_every_permission_it_names_is_there(under_test: Manifest) -> None:
    """A role can hold each permission, and a portal's scope grants only what roles may hold too."""
    offered = {one.name for one in under_test.permissions}
    wanted = offered | {name for names in under_test.api_scopes.values() for name in names}
    known = {
        f"{app}.{code}"
        for app, code in Permission.objects.filter(content_type__app_label=under_test.package).values_list(
            "content_type__app_label", "codename"
        )
    }

    assert not wanted - known, f"no model's Meta declares {', '.join(sorted(wanted - known))}"
    assert not wanted - offered, f"name {', '.join(sorted(wanted - offered))} under [permissions] in plugin.toml"


def _lacking(texts: Mapping[str, str]) -> list[str]:
    return [language for language in LANGUAGES if not texts.get(language, "").strip()]


def _texts(manifest: Manifest) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "label", manifest.label
    yield "summary", manifest.summary
    yield from ((f"permissions.{one.name}", one.label) for one in manifest.permissions)
    yield from ((f"actions.{code}", texts) for code, texts in manifest.actions.items())
    yield from (
        (f"api_scope_labels.{scope}", manifest.api_scope_labels.get(scope, {})) for scope in manifest.api_scopes
    )
    for setting in manifest.settings:
        yield f"settings.{setting.name}.label", setting.label
        yield from ((f"settings.{setting.name}.choices.{name}", texts) for name, texts in setting.choices.items())
        if setting.help:
            yield f"settings.{setting.name}.help", setting.help
    for one in manifest.personal:
        yield f"personal {one.model}.{one.field} purpose", one.purpose
        yield f"personal {one.model}.{one.field} counted_from", one.counted_from
