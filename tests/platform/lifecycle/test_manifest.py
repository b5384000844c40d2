"""The manifest tells what is wrong by plugin and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from civicnet.lifecycle.manifest import ManifestError, read_manifest
from civicnet.lifecycle.registry import registry

GOOD = """
slug = "station"
version = "1.2.0"
prefix = "station"
requires_platform = ">=0.1,<1"
urls = ["stations/"]
[requires_plugins]
grid = ">=0.1"
[api_scopes]
"station.read" = ["acme_station.view_station"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "plugin.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_manifest_is_read_whole(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, GOOD), package="acme_station")

    assert manifest.slug == "station"
    assert str(manifest.version) == "1.2.0"
    assert manifest.urls == ("stations/",)
    assert {name: str(wanted) for name, wanted in manifest.requires_plugins.items()} == {"grid": ">=0.1"}
    assert manifest.api_scopes == {"station.read": ("acme_station.view_station",)}
    assert manifest.scope == "hybrid"
    assert manifest.permissions == ()


def test_permissions_are_read_with_their_words_and_marks(tmp_path: Path) -> None:
    offered = "[permissions]\n'acme_station.view_visitor' = { zh-hans = '看', en = 'See visitors', sensitive = true }"

    (one,) = read_manifest(write(tmp_path, GOOD + offered), package="acme_station").permissions

    assert (one.name, one.label) == ("acme_station.view_visitor", {"zh-hans": "看", "en": "See visitors"})
    assert (one.sensitive, one.wide) == (True, False)


def test_every_scope_of_the_bundled_plugins_says_in_both_languages_what_it_lets_a_client_do() -> None:
    for manifest in registry.manifests.values():
        assert {scope: set(texts) for scope, texts in manifest.api_scope_labels.items()} == {
            scope: {"zh-hans", "en"} for scope in manifest.api_scopes
        }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace('"station"', '"Station!"', 1), "slug must be"),
        (GOOD.replace("1.2.0", "one"), "version 'one' is not a version number"),
        (GOOD.replace(">=0.1,<1", "0.1"), "requires_platform '0.1' is not a range"),
        (GOOD.replace('"stations/"', '"/stations"'), "urls must look like"),
        (GOOD + "[[personal]]\nmodel = 'X'", "a personal field lacks 'field'"),
        (GOOD + '"station.switch" = ["civicnet_lifecycle.switch_plugin"]', "may hold permissions of acme_station only"),
        (GOOD + "[api_scope_labels.\"station.write\"]\nen = 'X'", "which api_scopes does not declare"),
        (GOOD + "[permissions]\n'civicnet_grid.view_grid' = { en = 'x' }", "permissions must look like 'acme_station."),
        ("slug = ", "not valid TOML"),
        ("scope = 'nowhere'\n" + GOOD, "scope must be global, site or hybrid"),
        ("slug = 'station'\nversion = '1'\nurls = 7", "a value of the wrong kind"),
        ("slug = 'station'\nversion = '1'\nlabel = 'x'", "a value of the wrong kind"),
        ("slug = 'station'\nversion = '1'\npersonal = [1]", "a value of the wrong kind"),
    ],
)
def test_a_bad_manifest_is_refused_with_its_fault(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ManifestError, match=r"acme_station|station") as refusal:
        read_manifest(write(tmp_path, text), package="acme_station")

    assert sentence in str(refusal.value)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"acme_station: there is no plugin\.toml"):
        read_manifest(tmp_path / "plugin.toml", package="acme_station")


def test_a_manifest_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "plugin.toml").write_bytes('slug = "网格"'.encode("gb18030"))

    with pytest.raises(ManifestError, match=r"acme_station: plugin\.toml is not valid TOML"):
        read_manifest(tmp_path / "plugin.toml", package="acme_station")


@pytest.mark.parametrize(
    "actions",
    [
        '"other.open" = { en = "Opened" }',
        '"station.Open" = { en = "Opened" }',
        '"station.open" = {}',
        '"station.open" = "Opened"',
    ],
)
def test_actions_are_the_plugins_own_and_have_words(tmp_path: Path, actions: str) -> None:
    path = tmp_path / "plugin.toml"
    path.write_text(f'slug = "station"\nversion = "1.0"\n[actions]\n{actions}\n')

    with pytest.raises(ManifestError, match="station"):
        read_manifest(path, package="acme_station")
