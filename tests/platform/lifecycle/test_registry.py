"""The registry: what a plugin may not register."""

from __future__ import annotations

from typing import Any

import pytest

from civicnet.contract import hookimpl
from civicnet.lifecycle.registry import PluginLoadError, Registry
from civicnet.testing.fixtures import manifest_for


class NewStyle:
    @hookimpl(wrapper=True)
    def desk_tabs(self) -> Any:
        return (yield)


class OldStyle:
    @hookimpl(hookwrapper=True)
    def desk_tabs(self) -> Any:
        yield


@pytest.mark.parametrize("plugin", [NewStyle(), OldStyle()])
def test_a_hook_wrapper_is_refused_for_it_could_swallow_what_others_answer(plugin: object) -> None:
    registry = Registry()

    with pytest.raises(PluginLoadError, match="desk_tabs is a hook wrapper"):
        registry.add(manifest_for("tower"), plugin)

    assert registry.manifests == {}
    assert not registry.manager.has_plugin("tower")


def test_a_plugin_with_a_hook_wrapper_is_quarantined_and_the_host_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    monkeypatch.setattr("importlib.import_module", lambda _name: NewStyle())

    registry._register(manifest_for("tower"))

    assert registry.manifests == {}
    (left_out,) = registry.quarantined
    assert left_out.name == "tower"
    assert "desk_tabs is a hook wrapper; a plugin answers for itself only" in left_out.reason
