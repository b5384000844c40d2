"""One door to each kind of row: screens, schemas and files read rows that not everybody may see through selectors only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Inside a package, what stands below the doors: it is asked by them, and asks the actor.
BELOW = ("selectors", "services", "models", "migrations", "management", "permissions", "purging", "personal")
# Rows that everybody may know of: names of places, categories, columns, switches.
PUBLIC = {
    "Organisation",
    "OrganisationAlias",
    "Category",
    "ColumnPage",
    "HomePage",
    "SiteTheme",
    "PluginState",
    "PluginSiteState",
    "Generation",
    "AnnouncedSchema",
    "ReviewTask",
}
# Reads past the selectors, each with the reason why it shows nobody anything.
REASONS = {
    "platform/civicnet/console/people.py Position": "narrows people who were found to be seen to those who hold a role",
    "platform/civicnet/gateway/budget/leases.py HourBudget": "counts what processes have leased; each caller is told its own",
    "platform/civicnet/gateway/traffic.py HourBudget": "deletes those that are over",
    "platform/civicnet/gateway/traffic.py SlowDocument": "writes and deletes; nothing is told here",
    "platform/civicnet/gateway/idempotency.py IdempotentCall": "ids of deeds, by which mutations read through selectors",
    "platform/civicnet/gateway/cache/outgoing.py FeedEntry": "which types changed that anybody may read",
    "platform/civicnet/gateway/feed/announcing.py FeedEntry": "counts, for each webhook, what its client may be told of",
    "platform/civicnet/gateway/feed/keeping.py FeedEntry": "forgets tombstones; shows nobody any",
    "platform/civicnet/gateway/feed/sequencer.py FeedEntry": "compares what was said with what is to be said; shows nobody any",
    "platform/civicnet/gateway/feed/sequencer.py FeedMark": "takes up what was written; shows nobody any",
    "platform/civicnet/gateway/feed/sequencer.py FeedState": "a counter",
    "platform/civicnet/gateway/usage.py FieldUse": "is their selector; counts without a person, asked by who may move switches",
    "plugins/grid/civicnet_grid/forms.py User": "finds the account whose name the clerk wrote, to link it",
    "plugins/grid/civicnet_grid/grid_resource.py Grid": "what has a file's codes; elsewhere it is a fault that says no more",
    "plugins/grid/civicnet_grid/roster_people.py Post": "whether a grid has another lead, of whom nothing is told",
    "plugins/grid/civicnet_grid/roster_undo.py Post": "whether somebody has got another post, of which nothing is told",
    "plugins/grid/civicnet_grid/roster_undo.py Worker": "whether somebody has changed what a row brought; shows nobody any",
    "plugins/grid/civicnet_grid/roster_people.py Worker": "who of a roster is held; elsewhere it is a fault that says no more",
    "plugins/grid/civicnet_grid/lists.py Grid": "narrows posts that were found to be seen",
    "plugins/grid/civicnet_grid/routing.py Grid": "for which post is on duty, asked by the hotline for the system",
    "plugins/hotline/civicnet_hotline/routing.py User": "whether an account that another plugin named is there",
    "plugins/publicity/civicnet_publicity/channels/wechat.py WechatUpload": "what WeChat calls pictures; shows nobody any",
    "plugins/publicity/civicnet_publicity/forms.py Placement": "where an article that the editor writes stands already",
    "plugins/publicity/civicnet_publicity/viewsets.py Placement": "where articles that were found to be seen stand",
    "plugins/publicity/civicnet_publicity/wagtail_hooks.py ArticlePage": "copies are not yet published, reviews not passed by",
}


def guarded() -> set[str]:
    """Names of our models whose rows not everybody may see."""
    return {m.__name__ for m in apps.get_models() if m._meta.app_label.startswith("civicnet")} - PUBLIC


def doors(root: Path) -> Iterator[Path]:
    """Every module that stands above the selectors."""
    rooms = [root / "platform/civicnet/console", root / "platform/civicnet/gateway", *(root / "plugins").glob("*/*/")]
    for room in rooms:
        for path in sorted(room.rglob("*.py")):
            inside = path.relative_to(room).with_suffix("").parts
            if not any(part in BELOW for part in inside):
                yield path


def reads(source: str, names: set[str]) -> set[str]:
    """Models of these names whose managers a module asks itself, or hands to a shortcut that does."""
    tree = ast.parse(source)
    # A field of a form begins with no rows at all.
    empty = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "none"}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in empty:
            found.add(getattr(node.value, "id", None) or getattr(node.value, "attr", ""))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("_or_404"):
            found |= {one.id for one in node.args[:1] if isinstance(one, ast.Name)}
    return found & names


def past_selectors(root: Path) -> set[str]:
    """Doors that read guarded rows themselves, as ``file model``."""
    names = guarded()
    return {
        f"{path.relative_to(root)} {model}"
        for path in doors(root)
        for model in reads(path.read_text(encoding="utf-8"), names)
    }


def test_no_door_reads_past_the_selectors() -> None:
    assert past_selectors(ROOT) - REASONS.keys() == set()


def test_no_reason_outlives_what_it_excuses() -> None:
    assert REASONS.keys() - past_selectors(ROOT) == set()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("rows = Case.objects.filter(pk=1)", {"Case"}),
        ("row = get_object_or_404(Case, pk=1)", {"Case"}),
        ("rows = Case._base_manager.all()", {"Case"}),
        ("rows = models.Case.objects.all()", {"Case"}),
        ("rows = Case.objects.none()", set()),
        ("rows = Case.objects.none(); more = Case.objects.all()", {"Case"}),
        ("row = get_object_or_404(visible_cases(actor), pk=1)", set()),
        ("rows = Organisation.objects.all()", set()),
    ],
)
def test_a_door_that_reads_by_itself_is_found(line: str, found: set[str]) -> None:
    assert reads(line, {"Case"}) == found
