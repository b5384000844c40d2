"""The author kit's fixtures do what their names say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Site

from civicnet.access.models import User
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet.testing.breaking import all_hooks
from civicnet.testing.fixtures import Ask, Plug, Toggle

HOST = "{ platform { version } }"


@pytest.mark.django_db
def test_switching_off_takes_along_what_needs_it_and_on_what_it_needs(plug: Plug, toggle: Toggle, enabled: Any) -> None:
    plug("base")
    plug("roof", requires_plugins={"base": ""})

    toggle("base", False)
    assert not read(None).enabled & {"base", "roof"}

    enabled("roof")
    assert read(None).enabled >= {"base", "roof"}


@pytest.mark.django_db
def test_a_plugin_goes_with_its_test(plug: Plug) -> None:
    plug("passing")

    assert "passing" in registry.manifests


def test_and_is_not_there_in_the_next() -> None:
    assert "passing" not in registry.manifests


@pytest.mark.django_db
def test_statements_are_counted_by_table_and_told(assert_statements: Any) -> None:
    with assert_statements(1, of="auth_group"):
        list(Group.objects.all())

    with pytest.raises(AssertionError, match="1 statements instead of 0:\n  SELECT"), assert_statements(0):
        list(Group.objects.all())


def test_two_sites_answer_each_for_itself(site_pair: tuple[Site, Site], client: Client, graphql: Ask) -> None:
    assert [one.hostname for one in site_pair] == ["first.example", "second.example"]
    assert graphql(HOST, host="second.example")["data"]["platform"]["version"]
    assert Site.find_for_request(client.get("/", headers={"host": "first.example"}).wsgi_request) == site_pair[0]


def test_a_plugin_that_raises_in_every_hook_costs_nobody_a_page(
    broken_plugin: Callable[..., Any], staff: Callable[..., User], client: Client, graphql: Ask, settings: Any
) -> None:
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    broken_plugin("broken")
    client.force_login(staff(["wagtailadmin.access_admin", "civicnet_lifecycle.switch_plugin"]))

    assert set(all_hooks()) >= {"routes", "waiting", "hotline_route"}
    assert [client.get(page).status_code for page in ("/admin/", "/admin/plugins/", "/desk/mine/")] == [200, 200, 200]
    assert graphql(HOST)["data"]["platform"]["version"]


def test_only_the_named_hooks_of_a_broken_plugin_raise(broken_plugin: Callable[..., Any]) -> None:
    broken_plugin("limping", hooks=["waiting"])

    used = [name for name in all_hooks() if _implements("limping", name)]
    assert used == ["waiting"]


def test_an_installed_plugin_is_broken_for_one_test(breaking: Callable[[str], list[str]]) -> None:
    assert {"graphql", "hotline_route"} <= set(breaking("grid"))


def test_and_whole_in_the_next() -> None:
    assert registry.manager.hook.graphql.get_hookimpls()[0].function.__name__ == "graphql"


def _implements(slug: str, hook: str) -> bool:
    return slug in {one.plugin_name for one in getattr(registry.manager.hook, hook).get_hookimpls()}
