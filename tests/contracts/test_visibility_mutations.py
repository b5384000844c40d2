"""The matrix notices: whichever guard is taken away, some answer gives it away.

Each entry takes one selector out of one door's hands: the door goes on asking, but as if the actor held every permission
everywhere. Then the named watcher, at the named door, gets an answer that the matrix does not allow.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Q
from visibility_matrix import PROBES, WATCHERS
from visibility_walk import Answer, Probe, alike, answer, sign_in
from visibility_world import World, add_far, build

from civicnet.access.scope import EVERYWHERE
from civicnet.contract import Actor
from civicnet.ledger.kept import forget_statements

ROOT = Path(__file__).resolve().parents[2]

# Which guard, and who notices at which door. A name in two parts stands for a condition that lets everything pass.
MUTATIONS: dict[tuple[str, str], tuple[str, str]] = {
    ("civicnet.console.client_acts", "visible_clients"): ("administrator", "clients:change"),
    ("civicnet.console.clients", "visible_clients"): ("administrator", "clients:index"),
    ("civicnet.console.exports", "disclosure_for"): ("supervisor", "exports:request"),
    ("civicnet.console.exports", "disclosures_to_decide"): ("supervisor", "exports:index"),
    ("civicnet.console.exports", "visible_disclosures"): ("supervisor", "exports:index"),
    ("civicnet.console.home", "disclosures_to_decide"): ("dispatcher", "wagtailadmin_home"),
    ("civicnet.console.imports", "job_for"): ("roster_clerk", "imports:job"),
    ("civicnet.console.imports", "visible_jobs"): ("roster_clerk", "imports:index"),
    ("civicnet.console.imports_acts", "job_for"): ("roster_clerk", "imports:undo"),
    ("civicnet.console.imports_columns", "job_for"): ("roster_clerk", "imports:columns"),
    ("civicnet.console.imports_files", "job_for"): ("roster_clerk", "imports:faults"),
    ("civicnet.console.organisation_acts", "shown_organisation"): ("administrator", "organisations:new"),
    ("civicnet.console.organisation_suggestions", "visible_organisations"): ("dispatcher", "organisations:suggest"),
    ("civicnet.console.organisations", "heads"): ("administrator", "organisations:index"),
    ("civicnet.console.organisations", "shown_organisation"): ("administrator", "organisations:organisation"),
    ("civicnet.console.people", "person_for"): ("administrator", "people:person"),
    ("civicnet.console.people", "visible_people"): ("administrator", "people:index"),
    ("civicnet.console.people", "visible_positions"): ("administrator", "people:index"),
    ("civicnet.console.people_acts", "person_for"): ("administrator", "people:appoint"),
    ("civicnet.console.people_acts", "position_for"): ("administrator", "people:end"),
    ("civicnet.console.portal_schema", "job_for"): ("roster_clerk", "platformImport"),
    ("civicnet.console.roles", "visible_roles"): ("administrator", "roles:index"),
    ("civicnet.console.webhook_acts", "visible_webhooks"): ("administrator", "clients:webhook"),
    ("civicnet_assessment.burden", "forms_asked"): ("assessor", "burden:index"),
    ("civicnet_assessment.forms", "places_for_forms"): ("assessor", "assessment_forms:open"),
    ("civicnet_assessment.resources", "filed_assessments"): ("assessor", "export assessment.results"),
    ("civicnet_assessment.schema", "visible_forms"): ("dispatcher", "assessmentForms"),
    ("civicnet_assessment.views", "visible_assessments"): ("dispatcher", "assessment_filed:assessment"),
    ("civicnet_assessment.views", "visible_forms"): ("dispatcher", "assessment_forms:form"),
    ("civicnet_assessment.viewsets", "visible_assessments"): ("assessor", "assessment_filed:index"),
    ("civicnet_assessment.viewsets", "visible_forms"): ("assessor", "assessment_forms:index"),
    ("civicnet_grid.grid_resource", "visible_grids"): ("dispatcher", "export grid.grids"),
    ("civicnet_grid.forms", "places_for_grids"): ("roster_clerk", "grid_grids:open"),
    ("civicnet_grid.lists", "townships_with_grids"): ("dispatcher", "grid_grids:index"),
    ("civicnet_grid.lists", "visible_absences"): ("supervisor", "grid_absences:index"),
    ("civicnet_grid.lists", "visible_grids"): ("dispatcher", "grid_grids:index"),
    ("civicnet_grid.lists", "visible_people"): ("dispatcher", "grid_posts:index"),
    ("civicnet_grid.lists", "visible_workers"): ("supervisor", "grid_workers:index"),
    ("civicnet_grid.resources", "roster_of"): ("supervisor", "export grid.roster"),
    ("civicnet_grid.routing", "visible_grids"): ("dispatcher", "hotline_cases:dispatch"),
    ("civicnet_grid.schema", "visible_grids"): ("dispatcher", "grids"),
    ("civicnet_grid.subjects", "find_workers"): ("assessor", "assessment_forms:fill"),
    ("civicnet_grid.views.office", "visible_grids"): ("dispatcher", "grid_grids:file"),
    ("civicnet_grid.views.workers", "visible_workers"): ("dispatcher", "grid_workers:file"),
    ("civicnet_hotline.open311.endpoints", "visible_case"): ("portal", "hotline:open311_request"),
    ("civicnet_hotline.open311.endpoints", "visible_cases"): ("portal", "hotline:open311_requests"),
    ("civicnet_hotline.resources", "visible_cases"): ("dispatcher", "export hotline.cases"),
    ("civicnet_hotline.schema.mutations", "visible_case"): ("dispatcher", "hotlineWithdrawCase"),
    ("civicnet_hotline.schema.queries", "visible_cases"): ("dispatcher", "hotlineCases"),
    ("civicnet_hotline.schema.rows", "visible_cases"): ("dispatcher", "hotlineCase"),
    ("civicnet_hotline.views.desk", "visible_case"): ("dispatcher", "hotline:desk_case"),
    ("civicnet_hotline.views.office", "visible_cases"): ("dispatcher", "hotline_cases:file"),
    ("civicnet_hotline.viewsets", "cases_to_dispatch"): ("dispatcher", "wagtailadmin_home"),
    ("civicnet_hotline.viewsets", "cases_to_follow_up"): ("dispatcher", "wagtailadmin_home"),
    ("civicnet_hotline.viewsets", "communities_with_cases"): ("dispatcher", "hotline_cases:index"),
    ("civicnet_hotline.viewsets", "visible_cases"): ("dispatcher", "hotline_cases:index"),
    ("civicnet_publicity.channel_views", "visible_clients"): ("administrator", "publicity_channels:new"),
    ("civicnet_publicity.review_views", "made_up_open"): ("second_reviewer", "publicity_reviews:index"),
    ("civicnet_publicity.review_views", "running_reviews"): ("second_reviewer", "publicity_reviews:index"),
    ("civicnet_publicity.sheet_views", "sheet_for"): ("second_reviewer", "publicity_sheets:sheet"),
    ("civicnet_publicity.sheet_views", "visible_sheets"): ("second_reviewer", "publicity_sheets:index"),
    ("civicnet_publicity.selectors.articles", "readable ()"): ("anonymous", "publicityArticles"),
    ("civicnet_publicity.selectors.columns", "readable ()"): ("anonymous", "publicityColumns"),
}
# Calls that can be taken away without anybody seeing more, and what stands in front of them.
GUARDED_TWICE = {
    (
        "civicnet_publicity.channel_views",
        "visible_deliveries",
    ): "the screens ask first whether one writes or places articles",
    ("civicnet_publicity.type_views", "managed_types"): "the screens ask for the permission first",
    ("civicnet.console.calendar_days", "kept_days"): "the screen asks for the permission first",
    ("civicnet.console.audit", "last_seal"): "the screen asks for the permission first",
    ("civicnet.console.audit", "visible_records"): "the screen asks for the permission first",
    (
        "civicnet.console.graphql_document_acts",
        "visible_clients",
    ): "names of clients, to choose from, for who looks after all",
    ("civicnet.console.graphql_document_acts", "visible_documents"): "the screen asks for the permission first",
    ("civicnet.console.graphql_documents", "visible_documents"): "the screen asks for the permission first",
    ("civicnet.console.home", "visible_disclosures"): "only the actor's own are counted",
    ("civicnet.console.home", "visible_jobs"): "only the actor's own are counted",
    ("civicnet.console.interface_use", "budgets_of_this_hour"): "the screen asks for the permission first",
    ("civicnet.console.interface_use", "slow_documents"): "the screen asks for the permission first",
    ("civicnet.console.interface_use", "visible_clients"): "sums of one's own clients: test_interface_use.py",
    ("civicnet.console.portal_schema", "own_jobs"): "only the actor's own, whatever the actor may see",
    ("civicnet.console.organisation_field", "visible_organisations"): "reads what was chosen; services ask again",
    ("civicnet.console.organisations", "posts_held"): "of an organisation that was found to be seen",
    ("civicnet.console.organisations", "shown_organisations"): "names and codes are public facts",
    ("civicnet.console.people", "visible_roles"): "names of roles, to narrow a list",
    ("civicnet.console.people_forms", "visible_roles"): "names of roles, to choose from; the service asks again",
    ("civicnet.console.roles", "role_for"): "the screen asks for the permission first; roles lie nowhere",
    ("civicnet.console.webhook_acts", "visible_deliveries"): "replaying asks the service, which asks again",
    ("civicnet.console.webhooks", "visible_deliveries"): "of a webhook that was found to be seen",
    ("civicnet.console.webhooks", "visible_webhooks"): "of a client that was found to be seen",
    (
        "civicnet.gateway.http.source",
        "document_for",
    ): "texts of queries, which show no rows; whose they are: test_trusted.py",
    ("civicnet_assessment.demo", "visible_forms"): "asked for the system, which makes a form if there is none",
    (
        "civicnet_assessment.feeds",
        "paths_above",
    ): "the condition of the feed itself: test_feed.py, and the matrix asks changes",
    ("civicnet_assessment.feeds", "visible_forms"): "asked for the system, which tells each only of its own: as above",
    ("civicnet_assessment.views", "places_for_forms"): "what is held there is counted, and no row shown",
    ("civicnet_assessment.health", "open_forms"): "asked for the system; tells whether there is one",
    ("civicnet_assessment.resources", "forms_named"): "forms a sheet may name: tests/plugins/assessment/test_sheets.py",
    ("civicnet_assessment.resources", "visible_assessments"): "what a check may tell of what is held: as above",
    ("civicnet_grid.burden", "handed_in"): "sums of one's own area: tests/plugins/grid/test_burden.py",
    ("civicnet_grid.feeds", "visible_grids"): "asked for the system, which tells each only of its own: as above",
    ("civicnet_grid.health", "visible_grids"): "asked for the system; tells how many, to whoever may move switches",
    ("civicnet_grid.grid_resource", "places_for_grids"): "names and codes are public facts; rows are checked again",
    (
        "civicnet_grid.roster_held",
        "outside_of",
    ): "shows no rows; the service asks again: tests/plugins/grid/test_undo_scope.py",
    (
        "civicnet_grid.roster_whereabouts",
        "places_to_import",
    ): "names and codes are public facts; rows are checked again",
    ("civicnet_grid.schema", "visible_posts"): "posts of grids that were found to be seen",
    ("civicnet_grid.views.desk", "served_grids"): "by the account alone, whatever it may",
    ("civicnet_grid.views.office", "visible_absences"): "the service asks again, with the same answer",
    ("civicnet_grid.views.office", "visible_posts"): "the service asks again, with the same answer",
    ("civicnet_grid.views.workers", "visible_posts"): "posts of a worker who was found to be seen",
    ("civicnet_hotline.elements", "filled_in_by_hand"): "sums of one's own area: tests/plugins/hotline/test_burden.py",
    ("civicnet_hotline.views.desk", "desk_cases"): "by the account alone, whatever it may",
    (
        "civicnet_publicity.article_sheet",
        "exportable_articles",
    ): "by the account's rights to pages, whatever its posts allow: tests/plugins/publicity/test_article_sheet.py",
    ("civicnet_publicity.column_sheet", "exportable_columns"): "as above",
    (
        "civicnet_publicity.channel_views",
        "visible_channels",
    ): "names of places; each act on one asks for the permission first",
    ("civicnet_publicity.waiting", "stuck_deliveries"): "a count for whoever places articles: test_channels.py",
    ("civicnet_publicity.presenting", "latest"): "what is published is everybody's; readable() is taken away above",
    ("civicnet_publicity.presenting", "neighbours"): "as above",
    ("civicnet_publicity.review_views", "rows_of"): "of passages that were found to be seen",
    ("civicnet_publicity.review_views", "reviews_anything"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "made_up_waiting"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "returned_articles"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "reviews_waiting"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "account_of"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "plans_due"): "by the account alone, whatever it may",
    ("civicnet_publicity.waiting", "held_articles"): "a count for whoever may let them pass: test_gate.py",
    ("civicnet_publicity.word_sheets", "listed_leaders"): "the engine asks for the permission first",
    ("civicnet_publicity.word_sheets", "listed_words"): "the engine asks for the permission first",
    ("civicnet_publicity.word_views", "listed_leaders"): "the screen asks for the permission first",
    ("civicnet_publicity.word_views", "listed_words"): "the screen asks for the permission first",
}
SELECTORS = ("selectors", "staff", "clients", "organisation_")


def guards() -> set[tuple[str, str]]:
    """Every selector that is given an actor, by the door that calls it."""
    # Beside the lint that keeps doors from reading past selectors.
    sys.path.append(str(ROOT / "tests/architecture"))
    from test_selectors import doors

    return {(_module(path).__name__, name) for path in doors(ROOT) for name in _asked(path)}


def _asked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("civicnet"):
            continue
        if not any(f".{part}" in str(node.module) for part in SELECTORS):
            continue
        for one in node.names:
            function = getattr(importlib.import_module(str(node.module)), one.name, None)
            if inspect.isfunction(function) and "actor" in inspect.signature(function).parameters and _reads(function):
                yield one.name


def _reads(function: Callable[..., Any]) -> bool:
    # Services of the same room change rows, and require the permission themselves.
    return not any(
        parameter.kind is parameter.KEYWORD_ONLY for parameter in inspect.signature(function).parameters.values()
    )


def _module(path: Path) -> Any:
    parts = path.relative_to(ROOT).with_suffix("").parts
    begin = next(number for number, part in enumerate(parts) if part.startswith("civicnet"))
    return importlib.import_module(".".join(part for part in parts[begin:] if part != "__init__"))


# What is proved of the matrix holds wherever it is asked.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", sorted({watcher for watcher, _door in MUTATIONS.values()}))
def test_a_guard_that_is_taken_away_is_missed_at_once(city, settings, tmp_path, monkeypatch, name: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = build(city)
    sign_in(world)
    watcher = next(one for one in WATCHERS if one.name == name)
    mine = {guard: door for guard, (who, door) in MUTATIONS.items() if who == name}
    probes = [probe for probe in PROBES if set(probe.doors) & set(mine.values())]
    before = {probe: answer(probe, world, watcher) for probe in probes}
    add_far(world)

    unnoticed = []
    for guard, door in mine.items():
        with monkeypatch.context() as patch:
            _take_away(guard, patch)
            asked = [probe for probe in probes if door in probe.doors]
            if not any(
                _gives_away(probe, before[probe], answer(probe, world, watcher), world, watcher) for probe in asked
            ):
                unnoticed.append(guard)
        forget_statements()

    assert unnoticed == []


def test_every_guard_is_in_the_list() -> None:
    listed = {guard for guard in MUTATIONS if " " not in guard[1]}

    assert guards() == listed | GUARDED_TWICE.keys()


def _gives_away(probe: Probe, before: Answer, after: Answer, world: World, watcher: Any) -> bool:
    # A door that only breaks has noticed nothing.
    if after.status >= 500:
        return False
    return bool(after.marks - probe.expected(watcher)) or (not probe.by_address and not alike(before, after, world))


def _take_away(guard: tuple[str, str], patch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(guard[0])
    name, condition, _rest = guard[1].partition(" ()")
    if condition:
        patch.setattr(module, name, Q)
        # Statements are built once: those with the guard in them are not to be met again, nor those without it later.
        forget_statements()
        return
    selector = getattr(module, name)
    signature = inspect.signature(selector)

    def unguarded(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.arguments["actor"] = _almighty(bound.arguments["actor"])
        return selector(*bound.args, **bound.kwargs)

    patch.setattr(module, name, unguarded)


def _almighty(actor: Actor) -> Actor:
    names = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    own = actor.id if actor.kind == "staff" else "0"
    return Actor(
        kind="staff",
        id=own,
        label=actor.label,
        permissions=frozenset(names),
        scopes=dict.fromkeys(names, (EVERYWHERE,)),
    )
