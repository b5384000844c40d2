"""Every hook is a promise: typed, in a sentence, with its terms, an example that runs, and a bundled plugin that uses it."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from civicnet.access.actors import SYSTEM
from civicnet.contract import Act, Actor, Conflict, PersonalQuery, hookspecs
from civicnet.contract.events import PluginSwitched
from civicnet.lifecycle import hooks
from civicnet.lifecycle.hooks import ask_leave, collect, everyone, gather, one_of
from civicnet.testing.fixtures import Plug
from civicnet.testing.hook_reference import Hook, all_hooks, page, read_examples

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs/reference/hook_examples"
BUNDLED = {"grid", "assessment", "publicity", "hotline"}
SOMEBODY = PersonalQuery(phone_indexes=frozenset({"index-of-a-phone"}))
EDITOR = Actor(kind="staff", permissions=frozenset({"acme_example.change_note"}))
PARCEL = SimpleNamespace(
    article_id="article-1", article=SimpleNamespace(title="招聘公告"), settings={"hall": "3"}, remote="3"
)
HOOKS = {hook.name: hook for hook in all_hooks()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDeleted(Act):
    """An act that the example objects to."""


def asked(way: Callable[..., list[hooks.Contribution]], name: str, **arguments: Any) -> Any:
    """What the example alone answers when everybody is asked."""
    return next(one.value for one in way(name, **arguments) if one.plugin == "example")


# Each calls the hook as the host does and returns something plain, which must be the text beside it.
RESULTS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "routes": (lambda _: [one.prefix for one in asked(gather, "routes")], ["p/example/"]),
    "admin_viewsets": (lambda _: [one.name for one in asked(gather, "admin_viewsets")], ["example_screen"]),
    "graphql": (lambda _: asked(gather, "graphql").query.resolve_example_greeting(None, None), "你好"),
    "content_blocks": (lambda _: [one.name for one in asked(gather, "content_blocks")], ["example_note"]),
    "resources": (lambda _: [one.key for one in asked(collect, "resources")], ["example.notes"]),
    "data_elements": (lambda _: [one.key for one in asked(collect, "data_elements")], ["station.hours"]),
    "questionnaires": (lambda _: [one.asked for one in asked(collect, "questionnaires")], [("station.hours",)]),
    "burden": (
        lambda _: [one.rows for one in asked(collect, "burden", actor=EDITOR, since=datetime(2026, 1, 1, tzinfo=UTC))],
        [12],
    ),
    "schedules": (lambda _: [one.name for one in asked(gather, "schedules")], ["example.tidy"]),
    "desk_tabs": (lambda _: [one.view_name for one in asked(collect, "desk_tabs")], ["example:index"]),
    "waiting": (lambda _: [one.count for one in asked(collect, "waiting", actor=EDITOR)], [2]),
    "panels": (
        lambda _: [
            one.html for one in asked(collect, "panels", slot="home.services", request=RequestFactory().get("/"))
        ],
        ["<p>今天开放</p>"],
    ),
    "health": (lambda _: [one.url for one in asked(collect, "health")], ["/admin/example/"]),
    "object_to": (lambda _: refusal_of(ExampleDeleted()), "示例还在使用，不能删除。"),
    "hear": (lambda module: heard(module), ["PluginSwitched"]),
    "demo_data": (lambda _: one_of("example", "demo_data", actor=SYSTEM).value, 2),
    "personal_records": (
        lambda _: [dict(one.values) for one in asked(everyone, "personal_records", query=SOMEBODY)],
        [{"name": "演示甲", "phone": "13900000001"}],
    ),
    "erase_personal": (
        lambda module: (asked(everyone, "erase_personal", query=SOMEBODY, actor=SYSTEM, reason="r"), module.KEPT),
        (1, {"index-of-a-phone": "", "index-of-another": "演示乙"}),
    ),
    "forget_expired": (
        lambda module: (
            asked(everyone, "forget_expired", now=datetime(2026, 1, 1, tzinfo=UTC), actor=SYSTEM),
            set(module.ENDED),
        ),
        (1, {"演示乙"}),
    ),
    "refers_to": (
        lambda _: asked(everyone, "refers_to", subjects=frozenset({"grid.worker:12", "grid.worker:13"})),
        ["grid.worker:12"],
    ),
    "assessment_subjects": (
        lambda _: [one.label for one in asked(collect, "assessment_subjects", actor=EDITOR, search="甲")],
        ["演示甲"],
    ),
    "assessment_subject": (
        lambda _: asked(collect, "assessment_subject", actor=EDITOR, key="example.person:1").label,
        "演示甲",
    ),
    "assessment_subjects_numbered": (
        lambda _: asked(
            collect, "assessment_subjects_numbered", actor=EDITOR, numbers=["E-1", "E-9"], keys=["example.person:2"]
        ).keys(),
        {"E-1", "E-2"},
    ),
    "hotline_page": (
        lambda _: asked(collect, "hotline_page", site_id=1, path="/hall/").title,
        "示范办事大厅",
    ),
    "hotline_route": (
        lambda _: asked(collect, "hotline_route", address="示范路 1 号", address_id="").key,
        "example.post:1",
    ),
    "hotline_dispatch_targets": (
        lambda _: [one.key for one in asked(collect, "hotline_dispatch_targets", actor=EDITOR, search="二")],
        ["example.post:2"],
    ),
    "publicity_open_reports": (
        lambda _: [one.number for one in asked(collect, "publicity_open_reports")],
        ["E-1"],
    ),
    "publicity_metrics": (
        lambda _: [one.read()[-1] for one in asked(collect, "publicity_metrics")],
        [("2026", 1710)],
    ),
    "publicity_channel_kinds": (
        lambda _: [one.key for one in asked(collect, "publicity_channel_kinds")],
        ["example.screen"],
    ),
    "publicity_deliver": (
        lambda _: one_of("example", "publicity_deliver", parcel=PARCEL).value,
        "3",
    ),
    "publicity_withdraw": (
        lambda module: (one_of("example", "publicity_withdraw", parcel=PARCEL).value, module.SHOWN),
        ("", {}),
    ),
}


def refusal_of(act: Act) -> str:
    with pytest.raises(Conflict) as refusal:
        ask_leave(act)
    return str(refusal.value)


def heard(module: Any) -> list[str]:
    module.HEARD.clear()
    hooks._tell(PluginSwitched(slug="grid", enabled=True), hooks.current())
    return list(module.HEARD)


def example(name: str) -> Any:
    """The module of an example, loaded afresh."""
    spec = importlib.util.spec_from_file_location(f"hook_example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_hooks_say() -> None:
    written = (ROOT / "docs/reference/hooks.md").read_text(encoding="utf-8")

    assert written == page(read_examples(EXAMPLES)), "run: civicnet plugins hooks --markdown > docs/reference/hooks.md"


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_typed_and_says_in_a_sentence_what_it_is(hook: Hook) -> None:
    signature = inspect.signature(hook.function)

    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
    assert hook.promise.endswith((".", "!")) and hook.promise[0].isupper()


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_called_on_terms_that_fit_together(hook: Hook) -> None:
    assert hook.ways, f"nothing calls {hook.name} through civicnet.lifecycle.hooks"
    assert hook.policy.seconds is None or 10 < hook.policy.seconds <= 3600
    assert hook.policy.since.split(".")[0] == hookspecs.CONTRACT_VERSION.split(".")[0]


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_is_used_by_a_bundled_plugin(hook: Hook) -> None:
    assert BUNDLED & set(hook.users), f"no bundled plugin implements {hook.name}"


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.django_db
def test_the_example_of_a_hook_runs_and_answers(name: str, plug: Plug) -> None:
    module = example(name)
    plug("example", module)
    ask, result = RESULTS[name]

    assert ask(module) == result


def test_no_example_outlives_its_hook() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(HOOKS) == set(RESULTS)


def test_the_command_lists_every_hook_and_refuses_other_words(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("plugins", "hooks")

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(HOOKS)
    with pytest.raises(CommandError):
        call_command("plugins", "no_such_word")
