"""Every hook is documented by its exact signature and policy, and used by a bundled plugin."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from civicnet.contract import hookspecs, policy
from civicnet.lifecycle.registry import registry

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
BUNDLED = ("grid", "assessment", "publicity", "hotline")


def hooks() -> list[tuple[str, object]]:
    published = [registry.manifests[slug].hookspecs for slug in BUNDLED]
    modules = [hookspecs, *(importlib.import_module(name) for name in published if name)]
    return [
        (name, function)
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if hasattr(function, "civicnet_policy")
    ]


@pytest.mark.parametrize(("name", "function"), hooks())
def test_a_hook_is_documented_as_it_is(name: str, function: object) -> None:
    signature = str(inspect.signature(function)).replace("'", "")  # type: ignore[arg-type]

    section = re.search(rf"^### `{re.escape(name + signature)}`\n\n(.+?)(?=^#|\Z)", PAGE, re.M | re.S)

    assert section, f"docs/reference/hooks.md lacks the heading `{name}{signature}`"
    assert policy(function).failure.value in section[1].split(".")[0]
    assert inspect.getdoc(function)


@pytest.mark.parametrize(("name", "function"), hooks())
def test_a_hook_is_used_by_a_bundled_plugin(name: str, function: object) -> None:
    users = {one.plugin_name for one in getattr(registry.manager.hook, name).get_hookimpls()}

    assert users & set(BUNDLED), f"no bundled plugin implements {name}"


def test_the_page_documents_no_hook_that_is_gone() -> None:
    documented = set(re.findall(r"^### `(\w+)\(", PAGE, re.M))

    assert documented == {name for name, _function in hooks()}
