"""Hooks: whatever the plugin raises in any of them, the host serves every other page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from civicnet.access.models import User
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.testing.asking import Ask
from civicnet.testing.switching import Toggle

PAGES = ("/admin/", "/admin/plugins/", "/desk/mine/", "/graphql/?query={platform{version}}")


def test_a_hook_of_it_that_raises_costs_nobody_a_page(
    under_test: Manifest,
    breaking: Callable[[str], list[str]],
    toggle: Toggle,
    staff: Callable[..., User],
    client: Client,
    graphql: Ask,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every one of its hooks raises, as in production; the host's pages answer, and the culprit is named."""
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    toggle(under_test.slug, True)
    client.force_login(staff(["wagtailadmin.access_admin", "civicnet_lifecycle.switch_plugin"], username="watcher"))
    hooks = breaking(under_test.slug)

    with django_capture_on_commit_callbacks(execute=True):
        statuses = {page: client.get(page).status_code for page in PAGES}
        toggle(next((slug for slug in registry.manifests if slug != under_test.slug), under_test.slug), True)
    told = graphql("{ platform { plugins { slug enabled } } }")

    assert statuses == dict.fromkeys(PAGES, 200)
    assert {"slug": under_test.slug, "enabled": True} in told["data"]["platform"]["plugins"]
    noted = {one.name for one in registry.quarantined} | set(PluginFault.objects.values_list("slug", flat=True))
    asked = f"plugin {under_test.slug} failed" in caplog.text
    assert not asked or under_test.slug in noted, f"it failed in one of {', '.join(hooks)}, and nothing names it"
