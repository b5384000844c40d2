"""The manifest: what ``plugin.toml`` says of a plugin, read without running its code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from civicnet.lifecycle.settings_schema import Setting, SettingError, read_settings

SLUG = re.compile(r"[a-z][a-z0-9]{1,31}")
Scope = Literal["global", "site", "hybrid"]


class ManifestError(ValueError):
    """``plugin.toml`` is missing, malformed, or contradicts itself; the sentence names the plugin and the key."""


@dataclass(frozen=True, slots=True)
class PersonalField:
    """A field that holds personal data, why it is held, and for how many days, ``counted_from`` an end in words.

    Sentences map language codes to themselves: who is told what is held about them is told in their language.
    """

    model: str
    field: str
    purpose: dict[str, str]
    counted_from: dict[str, str]
    retention_days: int


@dataclass(frozen=True, slots=True)
class OfferedPermission:
    """A permission that roles may hold.

    ``sensitive``: it shows what is written about people or cases. ``wide``: it has no place, and is held at the top only.
    """

    name: str
    label: dict[str, str]
    sensitive: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """One plugin as it declares itself. ``label`` and ``summary`` map language codes to sentences."""

    slug: str
    package: str
    version: Version
    label: dict[str, str]
    summary: dict[str, str]
    requires_platform: SpecifierSet
    requires_plugins: dict[str, SpecifierSet]
    prefix: str
    scope: Scope
    urls: tuple[str, ...] = ()
    hookspecs: str = ""
    api_scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    api_scope_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    personal: tuple[PersonalField, ...] = ()
    permissions: tuple[OfferedPermission, ...] = ()
    actions: dict[str, dict[str, str]] = field(default_factory=dict)
    optional_plugins: dict[str, SpecifierSet] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()


def read_manifest(path: Path, *, package: str) -> Manifest:
    """Read and check one ``plugin.toml``.

    Raises:
        ManifestError: the file is missing or any value breaks a rule.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ManifestError(f"{package}: there is no plugin.toml beside its __init__.py") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{package}: plugin.toml is not valid TOML: {error}") from error
    try:
        return _check(data, package)
    except ManifestError:
        raise
    # A table where a text belongs, or the other way round, shows in many ways; none may stop the host.
    except (TypeError, ValueError, AttributeError) as error:
        raise ManifestError(f"{package}: plugin.toml holds a value of the wrong kind: {error}") from error


def _check(data: dict[str, Any], package: str) -> Manifest:
    slug = str(data.get("slug", ""))
    if not SLUG.fullmatch(slug):
        raise ManifestError(f"{package}: slug must be 2 to 32 lower-case letters or digits, got {slug!r}")
    scope = data.get("scope", "hybrid")
    if scope not in ("global", "site", "hybrid"):
        raise ManifestError(f"{slug}: scope must be global, site or hybrid, got {scope!r}")
    prefix = str(data.get("prefix", slug))
    if not re.fullmatch(r"[a-z][A-Za-z0-9]*", prefix):
        raise ManifestError(f"{slug}: prefix must be a GraphQL name in camelCase, got {prefix!r}")
    urls = tuple(data.get("urls", [f"p/{slug}/"]))
    for prefix_url in urls:
        if not re.fullmatch(r"([a-z0-9-]+/)+", prefix_url):
            raise ManifestError(f"{slug}: urls must look like 'name/', got {prefix_url!r}")
    return Manifest(
        slug=slug,
        package=package,
        version=_version(slug, data.get("version")),
        label=dict(data.get("label", {})),
        summary=dict(data.get("summary", {})),
        requires_platform=_range(slug, "requires_platform", data.get("requires_platform", "")),
        requires_plugins=_plugins(slug, "requires_plugins", data),
        optional_plugins=_plugins(slug, "optional_plugins", data),
        prefix=prefix,
        scope=scope,
        urls=urls,
        hookspecs=str(data.get("hookspecs", "")),
        api_scopes=_scopes(slug, package, data),
        api_scope_labels=_scope_labels(slug, data),
        personal=tuple(_personal(slug, entry) for entry in data.get("personal", [])),
        permissions=tuple(_permission(package, *entry) for entry in dict(data.get("permissions", {})).items()),
        actions={code: _action(slug, code, texts) for code, texts in dict(data.get("actions", {})).items()},
        settings=_settings(slug, data, scope),
    )


def _plugins(slug: str, key: str, data: dict[str, Any]) -> dict[str, SpecifierSet]:
    return {other: _range(slug, f"{key}.{other}", text) for other, text in dict(data.get(key, {})).items()}


def _settings(slug: str, data: dict[str, Any], scope: str) -> tuple[Setting, ...]:
    try:
        found = read_settings(dict(data.get("settings", {})))
    except SettingError as error:
        raise ManifestError(f"{slug}: settings: {error}") from error
    if scope == "global" and (own := [one.name for one in found if one.per_site]):
        raise ManifestError(f"{slug}: {', '.join(own)} cannot differ per site, for the plugin's scope is global")
    return found


def _scopes(slug: str, package: str, data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    scopes = {str(name): tuple(map(str, permissions)) for name, permissions in dict(data.get("api_scopes", {})).items()}
    # Its own only: whoever gives a portal a plugin's scope must not give away something of the platform's by that.
    if strange := [one for held in scopes.values() for one in held if one.partition(".")[0] != package]:
        raise ManifestError(f"{slug}: api_scopes may hold permissions of {package} only, not {', '.join(strange)}")
    return scopes


def _scope_labels(slug: str, data: dict[str, Any]) -> dict[str, dict[str, str]]:
    labels = {scope: dict(texts) for scope, texts in dict(data.get("api_scope_labels", {})).items()}
    if unknown := sorted(labels.keys() - dict(data.get("api_scopes", {})).keys()):
        raise ManifestError(f"{slug}: api_scope_labels names {', '.join(unknown)}, which api_scopes does not declare")
    return labels


def _version(slug: str, text: Any) -> Version:
    try:
        return Version(str(text))
    except InvalidVersion as error:
        raise ManifestError(f"{slug}: version {text!r} is not a version number") from error


def _range(slug: str, key: str, text: Any) -> SpecifierSet:
    try:
        return SpecifierSet(str(text))
    except InvalidSpecifier as error:
        raise ManifestError(f"{slug}: {key} {text!r} is not a range such as '>=1.0,<2'") from error


def _permission(package: str, name: str, entry: dict[str, Any]) -> OfferedPermission:
    # Its own only: a plugin must not offer what belongs to the platform or to another plugin.
    if not re.fullmatch(rf"{re.escape(package)}\.[a-z0-9_]+", name):
        raise ManifestError(f"{package}: permissions must look like '{package}.do_something', got {name!r}")
    texts = {language: text for language, text in entry.items() if isinstance(text, str)}
    return OfferedPermission(name, texts, sensitive=bool(entry.get("sensitive")), wide=bool(entry.get("wide")))


def _action(slug: str, code: str, texts: dict[str, Any]) -> dict[str, str]:
    # Its own only: no plugin names what another one did.
    if not re.fullmatch(rf"{slug}\.[a-z0-9_]+", code):
        raise ManifestError(f"{slug}: actions must look like '{slug}.do_something', got {code!r}")
    if not texts or not all(isinstance(text, str) and text for text in texts.values()):
        raise ManifestError(f"{slug}: the action {code!r} needs a text for each language")
    return dict(texts)


def _personal(slug: str, entry: dict[str, Any]) -> PersonalField:
    try:
        return PersonalField(
            model=str(entry["model"]),
            field=str(entry["field"]),
            purpose=_sentence(entry["purpose"]),
            counted_from=_sentence(entry["counted_from"]),
            retention_days=int(entry["retention_days"]),
        )
    except KeyError as error:
        raise ManifestError(f"{slug}: a personal field lacks {error}") from error


def _sentence(given: Any) -> dict[str, str]:
    # One text, or one by language.
    return {"en": given} if isinstance(given, str) else {str(language): str(text) for language, text in given.items()}
