"""A plugin that raises in every hook: the host serves all other pages and names the culprit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from civicnet.access.organisation_changes import close_organisation
from civicnet.console.menus import plugin_viewsets
from civicnet.contract import hookimpl, hookspecs
from civicnet.gateway.composer import parts
from civicnet.lifecycle.breaker import ERRORS
from civicnet.lifecycle.gate import public_urlpatterns
from civicnet.lifecycle.hooks import PluginFailed
from civicnet.lifecycle.models import HookBreaker, PluginFault
from civicnet.lifecycle.registry import registry

pytestmark = pytest.mark.django_db

HOOKS = sorted(name for name, one in vars(hookspecs).items() if hasattr(one, "civicnet_policy"))
VISITED = ["/", "/admin/", "/admin/plugins/", "/admin/imports/", "/desk/", "/graphql/schema.graphql"]
NOTICE = "slot-notice"


def raising(name: str) -> Any:
    """An implementation of a hook that only raises."""
    function = vars(hookspecs)[name]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    source = f"def {name}(self, {', '.join(names)}):\n    raise ValueError('broken on purpose')"
    made: dict[str, Any] = {}
    exec(source, made)
    return hookimpl(made[name])


@pytest.fixture
def broken(plug: Any, settings: Any) -> None:
    """Registered and on, under the policy of production."""
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    plug("broken", type("Broken", (), {name: raising(name) for name in HOOKS})(), label={"zh-hans": "坏插件"})


@pytest.fixture
def somebody(client: Any, staff: Any) -> Any:
    held = [
        "wagtailadmin.access_admin",
        "civicnet_lifecycle.switch_plugin",
        "civicnet_grid.import_roster",
        "civicnet_access.change_organisation",
    ]
    client.force_login(staff(held, username="somebody"))
    return client


def test_every_other_page_is_there_and_the_others_panels_stand_beside_a_notice(broken: None, somebody: Any) -> None:
    answers = {path: somebody.get(path, follow=True) for path in VISITED}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(VISITED, 200)
    home = answers["/"].text
    assert NOTICE in home
    # The hotline's panel, in the same slot.
    assert "/requests/" in home


def test_the_screen_names_the_culprit_with_each_hook(broken: None, somebody: Any) -> None:
    for path in VISITED:
        somebody.get(path, follow=True)

    card = somebody.get("/admin/plugins/").text.split('id="plugin-broken"')[1]
    page = somebody.get("/admin/plugins/broken/").text

    assert "/admin/plugins/broken/#faults" in card
    assert {"panels", "waiting", "desk_tabs", "health"} <= set(
        PluginFault.objects.filter(slug="broken").values_list("hook", flat=True)
    )
    assert "broken on purpose" in page


def test_what_is_read_once_at_start_is_left_out_and_named(broken: None) -> None:
    assert "broken" not in parts()
    assert plugin_viewsets()
    assert public_urlpatterns()

    noted = {one.reason for one in registry.quarantined if one.name == "broken"}
    assert noted >= {f"{name}: ValueError: broken on purpose" for name in ("graphql", "admin_viewsets", "routes")}


def test_after_some_errors_the_hook_is_not_called_any_more(broken: None, somebody: Any) -> None:
    for _visit in range(ERRORS + 3):
        assert somebody.get("/admin/").status_code == 200

    fault = PluginFault.objects.get(slug="broken", hook="waiting")
    assert fault.times == ERRORS
    assert HookBreaker.objects.filter(slug="broken", hook="waiting").exists()


def test_what_it_may_object_to_does_not_happen_behind_its_back(broken: None, city: Any, actor: Any) -> None:
    village = city["222403100200"]

    with pytest.raises(PluginFailed):
        close_organisation(
            organisation=village,
            day=date(2026, 12, 31),
            actor=actor(["civicnet_access.change_organisation"]),
            reason="test",
        )

    village.refresh_from_db()
    assert village.valid_to is None
