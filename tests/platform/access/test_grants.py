"""Grants: every permission that somebody asks for in the code can be given, and each that is offered exists."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.auth.models import Permission

from civicnet.access.grants import grants, shelves
from civicnet.lifecycle.models import Generation, PluginState
from civicnet.lifecycle.registry import registry

ROOT = Path(__file__).resolve().parents[3]
ASKED = re.compile(r'"((?:civicnet_[a-z]+)\.(?:view|add|change|delete|[a-z]+)_[a-z_]+)"')


def test_what_is_offered_exists(db):
    known = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}

    assert not grants().keys() - known


def test_what_a_plugin_asks_for_is_offered(db):
    for slug, manifest in registry.manifests.items():
        folder = ROOT / "plugins" / slug / manifest.package
        permissions = (folder / "permissions.py").read_text()
        asked = {name for name in ASKED.findall(permissions) if name.startswith(f"{manifest.package}.")}

        assert asked, slug
        assert not asked - {one.name for one in manifest.permissions}, slug


def test_whatever_the_code_asks_for_can_be_given(db):
    known = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    sources = [path for room in ("platform", "plugins", "site") for path in (ROOT / room).rglob("*.py")]
    asked = {name for path in sources for name in ASKED.findall(path.read_text(encoding="utf-8"))} & known

    assert len(asked) > 20
    assert not asked - grants().keys()


def test_what_api_scopes_give_is_offered_to_roles_too(db):
    given = {name for one in registry.manifests.values() for names in one.api_scopes.values() for name in names}

    assert not given - grants().keys()


def test_a_plugin_offers_only_its_own_in_both_languages():
    for manifest in registry.manifests.values():
        for one in manifest.permissions:
            assert one.name.startswith(f"{manifest.package}.")
            assert {"zh-hans", "en"} <= one.label.keys()
            assert not re.match(r"Can (add|change|delete|view) ", one.label["en"])


def test_while_a_plugin_is_off_its_grants_rest_and_are_kept(db):
    PluginState.objects.filter(slug="hotline").update(enabled=False)
    Generation.objects.filter(pk=1).update(value=Generation.objects.get(pk=1).value + 1)

    resting = {shelf.key: shelf.resting for shelf in shelves()}

    assert resting["hotline"] and not resting["grid"] and not resting["platform"]
    assert "civicnet_hotline.view_case" in grants()
