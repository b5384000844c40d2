"""The reference of hooks, written from the hooks themselves: what each promises, how it is called, who uses it, an example."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from civicnet.contract import CONTRACT_VERSION, Failure, Policy, hookspecs, policy
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.subcommands import Say, Subcommand

INTRO = """# Hooks

A plugin implements hooks in its `plugin.py` with `@hookimpl` from `civicnet.contract`, and may take fewer arguments than the
signature names. What it may import, and how hooks change from one version of the contract to the next, stands in
[contract.md](contract.md); this is contract {version}. Each example is a whole `plugin.py`: a test registers it, calls the
hook, and looks at the answer.

This page is written by `civicnet plugins hooks --markdown`; a test compares it with the hooks.
"""

# The functions of civicnet.lifecycle.hooks through which a hook is called, and what that means for the plugin.
WAYS = {
    "gather": "gathered: every loaded plugin is asked, on or off, for what is registered once and gated inside",
    "collect": "collected: every plugin that is on is asked, at each use",
    "first": "first: plugins that are on are asked until one answers",
    "everyone": "everyone: every loaded plugin is asked, on or off",
    "one_of": "one of them: one loaded plugin is asked, on or off",
    "_ask": "announced: every plugin that is on is told, after commit",
}
FAILURES = {
    Failure.STRICT: "strict: an error stops the call and names the plugin; a host that starts goes on without its part",
    Failure.ISOLATE: "isolate: an error is kept with the plugin's name, and the others are still asked",
    Failure.VETO: "veto: an error of the contract stops the act in its own words; any other stops it and names the plugin",
}


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook: its function, who publishes it ("" for the host), how it is called, and which loaded plugins use it."""

    name: str
    function: Callable[..., Any]
    publisher: str
    ways: tuple[str, ...]
    users: tuple[str, ...]

    @property
    def signature(self) -> str:
        """As it stands in the source."""
        return f"{self.name}{inspect.signature(self.function)}".replace("'", "")

    @property
    def promise(self) -> str:
        """The sentences of its docstring, paragraph by paragraph."""
        paragraphs = (inspect.getdoc(self.function) or "").split("\n\n")
        return "\n\n".join(" ".join(one.split()) for one in paragraphs)

    @property
    def policy(self) -> Policy:
        """The terms it was declared with."""
        return policy(self.function)


def all_hooks() -> list[Hook]:
    """The host's hooks in the order of the contract, then those that loaded plugins publish."""
    modules: list[tuple[str, ModuleType]] = [("", hookspecs)]
    modules += [
        (slug, importlib.import_module(one.hookspecs)) for slug, one in registry.manifests.items() if one.hookspecs
    ]
    called = _ways()
    return [
        Hook(name, function, publisher, tuple(way for way in WAYS if way in called[name]), _users(name))
        for publisher, module in modules
        for name, function in vars(module).items()
        if hasattr(function, "civicnet_policy")
    ]


def page(examples: Mapping[str, str]) -> str:
    """The whole reference as Markdown; ``examples`` maps hooks to the text of a module that implements them."""
    parts = [INTRO.format(version=CONTRACT_VERSION), "## The host's hooks\n"]
    publisher = ""
    for hook in all_hooks():
        if hook.publisher != publisher:
            publisher = hook.publisher
            parts.append(_published(publisher))
        parts.append(_section(hook, examples.get(hook.name, "")))
    return "\n".join(parts)


def read_examples(folder: Path) -> dict[str, str]:
    """The examples of a folder, each a file named after its hook."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def _section(hook: Hook, example: str) -> str:
    terms = hook.policy
    seconds = f"{terms.seconds:g} s, then the process is ended and the hook rests"
    rows = [
        ("called", "; ".join(WAYS[way] for way in hook.ways) or "by nobody yet"),
        ("a failure", FAILURES[terms.failure]),
        ("may write", "yes, in a savepoint of its own" if terms.writes else "no"),
        ("may take", seconds),
        ("since", f"contract {terms.since}"),
        ("used by", ", ".join(f"`{one}`" for one in hook.users) or "nobody here"),
    ]
    table = "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {told} |" for name, told in rows)])
    shown = f"\n```python\n{example.strip()}\n```\n" if example else ""
    return f"### `{hook.signature}`\n\n{hook.promise}\n\n{table}\n{shown}"


def _published(slug: str) -> str:
    advice = "Others implement them with `@hookimpl(optionalhook=True)`, for the publisher may not be installed."
    return f"## Hooks that `{slug}` publishes\n\n{advice}\n"


def _users(name: str) -> tuple[str, ...]:
    using = {one.plugin_name for one in getattr(registry.manager.hook, name).get_hookimpls()}
    return tuple(slug for slug in registry.manifests if slug in using)


@lru_cache(maxsize=1)
def _ways() -> Mapping[str, set[str]]:
    """Through which functions each hook is called, read off the sources of the host and the plugins."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    calling = re.compile(rf"\b({'|'.join(WAYS)})\(")
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        # Parsing all of it would take a second; few modules call a hook at all.
        if not calling.search(text):
            continue
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            way = str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))
            for given in call.args[:2] if way in WAYS else ():
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    found[given.value].add(way)
    return found


def _sources() -> Iterator[Path]:
    for package in ("civicnet", *(one.package for one in registry.manifests.values())):
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            yield from (path for path in Path(folder).rglob("*.py") if "scaffold" not in path.parts)


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--markdown", action="store_true", help="the whole reference, as docs/reference/hooks.md keeps it"
    )
    parser.add_argument(
        "--examples",
        type=Path,
        default=Path("docs/reference/hook_examples"),
        help="the folder with an example for each hook",
    )


def _run(options: Mapping[str, Any], say: Say) -> None:
    if options["markdown"]:
        say(page(read_examples(options["examples"])))
        return
    lines = (f"{one.name:<28} {one.policy.failure.value:<8} {', '.join(one.users)}".rstrip() for one in all_hooks())
    say("\n".join(lines))


HOOKS = Subcommand(
    "hooks", "list the hooks and who uses them, or write their reference", _add_arguments, _run, needs_database=False
)
