"""``changes``: a copy that follows it equals what can be read, whatever was written and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.contract import Feed
from civicnet.gateway.feed import followed, keeping, sequencer
from civicnet.gateway.feed.models import FeedEntry, FeedMark, FeedState
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet_grid.models import Grid
from civicnet_grid.services import open_grid
from civicnet_hotline.models import Category, Group
from civicnet_hotline.services import open_category

pytestmark = pytest.mark.django_db
CATEGORIES = ["HotlineCategory"]


def category(code: str, name: str = "路灯") -> Category:
    return open_category(actor=SYSTEM, code=code, name=name, group=Group.HELP)


def test_a_copy_from_empty_holds_every_live_node_once(copy) -> None:
    for code in ("lamps", "roads", "noise"):
        category(code)
    category("roads", "道路")
    portal = copy(types=CATEGORIES, first=2)

    assert portal.follow() == ["+lamps", "+roads", "+noise"]
    assert portal.rows == {"lamps": "路灯", "roads": "道路", "noise": "路灯"}
    assert portal.follow() == []


def test_what_changes_and_goes_is_told_once(copy) -> None:
    category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    category("lamps", "街灯")
    category("roads")
    assert portal.follow() == ["+lamps", "+roads"]

    Category.objects.filter(code="lamps").update(active=False)
    assert portal.follow() == ["-lamps"]
    assert portal.rows == {"roads": "路灯"}


def test_what_is_written_past_the_services_and_the_orm_is_told_too(copy) -> None:
    category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    Category.objects.bulk_create([Category(code="roads", name="道路", group=Group.HELP)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE civicnet_hotline_category SET name = '街灯' WHERE code = 'lamps'")

    assert sorted(portal.follow()) == ["+lamps", "+roads"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM civicnet_hotline_category")
    assert sorted(portal.follow()) == ["-lamps", "-roads"]


def test_what_was_written_without_a_difference_is_not_told(copy) -> None:
    lamps = category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    lamps.save()

    assert portal.follow() == []


def test_a_copy_that_begins_is_not_told_of_what_was_gone_before(copy) -> None:
    first = copy(types=CATEGORIES)
    category("lamps")
    category("roads")
    first.follow()
    Category.objects.filter(code="lamps").delete()
    first.follow()

    assert copy(types=CATEGORIES).follow() == ["+roads"]


def test_a_copy_that_is_filled_page_by_page_hears_of_what_goes_meanwhile(copy, graphql) -> None:
    for code in ("lamps", "roads", "noise"):
        category(code)
    portal = copy(types=CATEGORIES, first=1)
    one = graphql('{ changes(types: ["HotlineCategory"], first: 1) { endCursor nodes { node { id } } } }')
    portal.cursor = one["data"]["changes"]["endCursor"]
    Category.objects.filter(code="lamps").delete()

    assert sorted(portal.follow()) == ["+noise", "+roads", "-?"]


def test_a_type_is_looked_at_whole_chunk_by_chunk(copy, monkeypatch) -> None:
    monkeypatch.setattr(sequencer, "CHUNK", 2)
    for n in range(5):
        category(f"kind-{n}")
    portal = copy(types=CATEGORIES)
    assert len(portal.follow()) == 5
    FeedEntry.objects.all().delete()
    sequencer.mark_whole(CATEGORIES)
    before = FeedState.objects.get().last
    while sequencer.waiting():
        sequencer.sequence()

    assert FeedState.objects.get().last == before + 5
    assert FeedEntry.objects.filter(type="HotlineCategory").count() == 5
    assert not FeedMark.objects.exists()


def test_a_node_that_no_trigger_told_of_is_found_by_the_daily_look(copy) -> None:
    category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    category("roads")
    FeedMark.objects.all().delete()
    assert portal.follow() == []

    keeping.look_at_all()
    assert portal.follow() == ["+roads"]


@pytest.fixture
def portals(city, copy):
    """Portals of two places, each with a key of its own, and one without."""

    def of(code: str):
        _client, key = create_client(name=f"门户{code}", organisation=city[code], scopes=["grid.read"], actor=SYSTEM)
        return copy(types=["Grid"], key=key)

    return of("222403001"), of("222403100"), copy(types=["Grid"])


def test_grids_are_told_to_whoever_sees_them_and_to_nobody_else(city, portals) -> None:
    near, far, nobody = portals
    open_grid(organisation=city["222403001001"], code="222403001001001", name="第一网格", actor=SYSTEM)

    assert near.follow() == ["+222403001001001"]
    assert far.follow() == []
    assert nobody.follow() == []


def test_a_grid_that_moves_to_another_place_leaves_one_copy_and_comes_into_the_other(city, portals) -> None:
    near, far, _nobody = portals
    open_grid(organisation=city["222403001001"], code="222403001001001", name="第一网格", actor=SYSTEM)
    near.follow()
    far.follow()
    Grid.objects.update(organisation=city["222403100200"])

    assert near.follow() == ["-222403001001001"]
    assert far.follow() == ["+222403001001001"]


def test_a_cursor_of_another_sight_begins_anew(graphql, city, portals) -> None:
    near, far, nobody = portals
    near.follow()
    for other in (far, nobody):
        answer = graphql(
            'query ($a: String) { changes(after: $a, types: ["Grid"]) { endCursor } }',
            key=other.key,
            variables={"a": near.cursor},
        )
        assert [one["extensions"]["code"] for one in answer["errors"]] == ["CURSOR_EXPIRED"]


def refusal(graphql, arguments: str) -> tuple[str, str | None]:
    (error,) = graphql(f"{{ changes({arguments}) {{ endCursor }} }}")["errors"]
    return error["extensions"]["code"], error["extensions"].get("field")


@pytest.mark.parametrize(
    ("arguments", "code", "at"),
    [
        ('after: "nonsense"', "INVALID_CURSOR", "after"),
        ('after: "W10"', "INVALID_CURSOR", "after"),
        ('after: "WyJhIiwiYiIsLTEsMF0"', "INVALID_CURSOR", "after"),
        ("first: 0", "PAGE_SIZE", "first"),
        ("first: 101", "PAGE_SIZE", "first"),
        ('types: ["HotlineCase"]', "INVALID_INPUT", "types"),
        ('types: ["Nothing"]', "INVALID_INPUT", "types"),
    ],
)
def test_bad_arguments_have_a_code_and_a_place(graphql, arguments: str, code: str, at: str) -> None:
    assert refusal(graphql, arguments) == (code, at)


def test_a_cursor_from_before_what_was_forgotten_begins_anew(copy, graphql) -> None:
    category("lamps")
    portal, idle = copy(types=CATEGORIES), copy(types=CATEGORIES)
    portal.follow()
    idle.follow()
    Category.objects.all().delete()
    portal.follow()
    assert keeping.forget(now=timezone.now() + timedelta(days=89)) == 0
    assert keeping.forget(now=timezone.now() + timedelta(days=91)) == 1

    assert portal.follow() == []
    assert refusal(graphql, f'after: "{idle.cursor}", types: ["HotlineCategory"]') == ("CURSOR_EXPIRED", "after")


def test_a_feed_that_begins_anew_refuses_the_cursors_of_the_old(copy, graphql) -> None:
    portal = copy(types=CATEGORIES)
    portal.follow()
    keeping.begin_anew()

    assert refusal(graphql, f'after: "{portal.cursor}", types: ["HotlineCategory"]') == ("CURSOR_EXPIRED", "after")


def test_a_plugin_that_is_off_is_not_followed_and_what_it_wrote_is_told_when_it_is_on(copy, graphql) -> None:
    category("lamps")
    portal = copy(types=CATEGORIES)
    portal.follow()
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    (error,) = graphql('{ changes(types: ["HotlineCategory"]) { endCursor } }')["errors"]
    assert (error["extensions"]["code"], error["extensions"]["plugin"]) == ("PLUGIN_DISABLED", "hotline")
    assert "HotlineCategory" not in graphql("{ changeTypes }")["data"]["changeTypes"]
    Category.objects.update(name="街灯")
    enable_plugin(slug="hotline", actor=SYSTEM, reason="test")

    assert portal.follow() == ["+lamps"]
    assert portal.rows == {"lamps": "街灯"}


def test_an_idle_feed_costs_few_statements_and_a_page_of_nodes_one_more(copy, graphql, assert_statements) -> None:
    for n in range(8):
        category(f"kind-{n}")
    portal = copy(types=CATEGORIES)
    portal.follow()
    ask = '{{ changes(types: ["HotlineCategory"]{}) {{ nodes {{ node {{ id }} }} }} }}'

    # Whether anything is marked, the state, the entries, and the state again; then the nodes.
    with assert_statements(4, of="feed"):
        assert len(graphql(ask.format(""))["data"]["changes"]["nodes"]) == 8
    with assert_statements(1, of="hotline_category"):
        graphql(ask.format(""))
    with assert_statements(3, of="feed"), assert_statements(0, of="hotline_category"):
        assert graphql(ask.format(f', after: "{portal.cursor}"'))["data"]["changes"]["nodes"] == []


def test_a_type_that_cannot_be_looked_at_holds_up_no_other(copy, monkeypatch) -> None:
    portal = copy(types=CATEGORIES)
    real = followed.feeds()
    broken = Feed("Grid", lambda: Grid.objects.filter(nonsense=1), ("id",), ())
    monkeypatch.setattr(sequencer, "feeds", lambda: {**real, "Grid": broken})
    monkeypatch.setattr(sequencer, "_resting", {})
    sequencer.mark_whole(["Grid"])
    category("lamps")

    assert portal.follow() == ["+lamps"]
    assert FeedMark.objects.filter(type="Grid", object_id=None).count() == 1


def test_the_command_shows_the_feed_looks_at_all_and_lets_copies_begin_anew(copy, capsys) -> None:
    copy()
    before = sequencer.state_now()
    category("lamps")
    FeedMark.objects.all().delete()
    call_command("feed", "look")
    assert (
        f"epoch {before.epoch}: {before.last + 1} places given, forgotten up to 0; nothing" in capsys.readouterr().out
    )

    call_command("feed", "begin-anew")
    assert before.epoch not in capsys.readouterr().out
