"""The conformance suite finds what it is there to find: each check fails on a plugin that breaks its promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import graphene
import pytest
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client

from civicnet.access.models import User
from civicnet.contract import Fragment, Schedule, hookimpl
from civicnet.gateway.connection import ConnectionField, paginate
from civicnet.gateway.core import Node
from civicnet.lifecycle.manifest import OfferedPermission
from civicnet.lifecycle.registry import registry
from civicnet.testing.conformance import test_data as data
from civicnet.testing.conformance import test_graphql as graphql_checks
from civicnet.testing.conformance import test_hooks as hook_checks
from civicnet.testing.conformance import test_manifest as manifest_checks
from civicnet.testing.conformance import test_sheets as sheets
from civicnet.testing.conformance import test_sources as sources
from civicnet.testing.conformance import test_switch as switch
from civicnet.testing.fixtures import Ask, Plug, Toggle, manifest_for
from civicnet_grid.grid_resource import GridResource
from civicnet_grid.models import Grid

pytestmark = pytest.mark.django_db
carried_out = sheets.carried_out


class LonelyTeam(graphene.ObjectType):
    """A row that asks the database for itself."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True)

    @staticmethod
    def resolve_name(row: dict[str, Any], info: Any) -> str:
        return str(Group.objects.get(pk=row["id"]).name)


class Lonely:
    """A plugin whose list asks once for every row."""

    class Query:
        lonely_teams = ConnectionField(LonelyTeam)

        @staticmethod
        def resolve_lonely_teams(root: Any, info: Any, first: int, after: str | None = None) -> Any:
            return paginate(Group.objects.all(), columns=["id"], order=("id",), first=first, after=after)

    @hookimpl
    def graphql(self) -> Fragment:
        return Fragment(query=self.Query)


def test_a_manifest_in_one_language_is_found() -> None:
    bare = manifest_for("bare", label={"en": "Bare"}, summary={"zh-hans": "有", "en": " "})

    with pytest.raises(AssertionError, match="label lacks zh-hans; summary lacks en"):
        manifest_checks.test_the_manifest_speaks_chinese_and_english(bare)


def test_a_permission_that_nobody_declares_is_found() -> None:
    offered = OfferedPermission("acme_bare.fly", {"en": "Fly"})
    bare = manifest_for("bare", permissions=(offered,), api_scopes={"bare.read": ("acme_bare.look",)})

    with pytest.raises(AssertionError, match=r"declares acme_bare\.fly, acme_bare\.look"):
        manifest_checks.test_every_permission_it_names_is_there(bare)


def test_a_part_that_was_left_out_is_found(plug: Plug) -> None:
    bare = plug("bare")
    registry.note("bare", "routes: broken on purpose")

    with pytest.raises(AssertionError, match="routes: broken on purpose"):
        manifest_checks.test_it_loads(bare)


def test_a_statement_for_every_row_is_found(plug: Plug, toggle: Toggle) -> None:
    lonely = plug("lonely", Lonely())
    Group.objects.bulk_create(Group(name=f"{number}队") for number in range(5))

    with pytest.raises(AssertionError, match=r"lonelyTeams: \d+ statements for one row, \d+ for \d+"):
        graphql_checks.test_a_list_takes_as_many_statements_for_one_row_as_for_all(lonely, None, toggle)


def test_a_list_without_rows_proves_nothing(plug: Plug, toggle: Toggle) -> None:
    lonely = plug("lonely", Lonely())
    Group.objects.all().delete()

    with pytest.raises(pytest.skip.Exception, match="demo_data"):
        graphql_checks.test_a_list_takes_as_many_statements_for_one_row_as_for_all(lonely, None, toggle)


def test_a_menu_item_that_passes_the_gate_by_is_found(
    plug: Plug, toggle: Toggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = plug("bare")
    kept = {"items of the menu": {"bare"}, "GraphQL names": set()}

    with pytest.raises(AssertionError, match="items of the menu"):
        switch.test_while_it_is_off_nothing_of_it_is_offered_and_all_comes_back(bare, lambda: kept, toggle)


def test_what_does_not_come_back_is_found(plug: Plug, toggle: Toggle) -> None:
    bare = plug("bare")
    seen = iter([{"resources": {"bare.rows"}}, {"resources": set()}, {"resources": set()}])

    with pytest.raises(AssertionError, match="not all back"):
        switch.test_while_it_is_off_nothing_of_it_is_offered_and_all_comes_back(bare, lambda: next(seen), toggle)


def test_an_address_that_stays_open_is_found(
    staff: Callable[..., User], client: Client, toggle: Toggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switch, "_addresses", lambda *_given: ["/graphql/?query={platform{version}}", "/nowhere/"])

    with pytest.raises(AssertionError, match="routes or admin_viewsets: /graphql/"):
        switch.test_while_it_is_off_every_address_of_it_answers_404(registry.manifests["grid"], staff, client, toggle)


def test_a_schedule_that_does_not_rest_is_found(plug: Plug, toggle: Toggle, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule("bare.tidy", "bare", lambda: None, every=timedelta(minutes=5))
    bare = plug("bare", SimpleNamespace(schedules=hookimpl(lambda: [schedule])))
    monkeypatch.setattr(switch, "run_if_due", lambda schedule, plugin, now: schedule.run())

    with pytest.raises(AssertionError, match=r"these ran all the same: bare\.tidy"):
        switch.test_no_schedule_of_it_runs_while_it_is_off(bare, toggle)


def test_rows_that_change_with_the_switch_are_found(toggle: Toggle, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([{"grid": [1]}, {"grid": []}, {"grid": [1]}])
    monkeypatch.setattr(data, "_tables", lambda _manifest: next(seen))

    with pytest.raises(AssertionError, match="leave data alone when the switch moves: grid"):
        data.test_switching_it_off_and_on_leaves_every_row_as_it_was(registry.manifests["grid"], None, toggle)


def test_a_sheet_that_leaves_nothing_to_take_it_back_by_is_found(city, carried_out, monkeypatch) -> None:
    def forgets(self, rows, actor):
        return {"changed": Grid.objects.filter(code=rows[0].values["code"]).update(name=rows[0].values["name"])}

    Grid.objects.create(organisation=city["222403001001"], code="222403001001001", name="一格", kind="DEDICATED")
    check = sheets.test_its_sheets_come_back_as_they_went_and_what_they_write_is_taken_back
    monkeypatch.setattr(GridResource, "apply", forgets)

    with pytest.raises(AssertionError, match=r"grid\.grids: note what apply\(\) writes"):
        check(registry.manifests["grid"], None, (), carried_out)


def test_a_key_with_a_constraint_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tied = [models.ForeignKey(Group, models.CASCADE)]
    tied[0].model, tied[0].name = Group, "group"
    monkeypatch.setattr(data, "_strange_keys", lambda _manifest: tied)

    with pytest.raises(AssertionError, match=r"db_constraint=False, with a migration: auth\.Group\.group"):
        data.test_no_constraint_of_the_database_ties_the_platform_to_it(registry.manifests["grid"])


def test_an_untranslated_sentence_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "views.py").write_text(
        "from django.utils.translation import gettext as _\n"
        "from django.utils.translation import pgettext_lazy as known\n"
        '_("Home")\n_("Nobody said this yet.")\nknown("nowhere", "Neither this.")\n_(name)\n'
    )
    (tmp_path / "page.html").write_text(
        '{% translate "Nor this one." %}{% blocktranslate with who=name %}Dear {{ who }}!{% endblocktranslate %}'
    )
    monkeypatch.setattr(sources, "_folder", lambda _manifest: tmp_path)

    with pytest.raises(AssertionError) as failed:
        sources.test_every_sentence_is_translated(manifest_for("bare"))

    told = "['Dear %(who)s!', 'Neither this.', 'Nobody said this yet.', 'Nor this one.']"
    assert str(failed.value).startswith(f"translate in locale/zh_Hans and run compilemessages: {told}")


def test_a_page_that_falls_with_a_plugin_is_found(
    breaking: Any,
    toggle: Toggle,
    staff: Callable[..., User],
    client: Client,
    graphql: Ask,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hook_checks, "PAGES", ("/nowhere/",))

    with pytest.raises(AssertionError, match="404"):
        hook_checks.test_a_hook_of_it_that_raises_costs_nobody_a_page(
            registry.manifests["grid"],
            breaking,
            toggle,
            staff,
            client,
            graphql,
            settings,
            django_capture_on_commit_callbacks,
            caplog,
        )


def test_a_name_without_the_prefix_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = replace(registry.manifests["grid"], prefix="net")

    with pytest.raises(AssertionError, match="begin these with 'net': "):
        graphql_checks.test_its_graphql_names_begin_with_its_prefix(grid)
