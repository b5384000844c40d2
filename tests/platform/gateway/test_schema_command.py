"""``civicnet schema``: the schema as text, and what a switch would break, for whom."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.gateway.models import FieldUse
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.tally import write_all_tallies
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def nothing_counted_yet(db: None) -> None:
    write_all_tallies()
    FieldUse.objects.all().delete()


def run(*arguments: str, code: int = 0) -> str:
    out = io.StringIO()
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command("schema", *arguments, stdout=out)
        assert ended.value.code == code
    else:
        call_command("schema", *arguments, stdout=out)
    return out.getvalue()


def test_without_a_word_it_prints_the_schema() -> None:
    assert run().startswith("type Query {")


def test_the_difference_names_who_called_what_would_break_and_ends_with_one(city: Any, graphql: Ask) -> None:
    _client, key = create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)
    for _time in range(2):
        graphql("{ grids { nodes { code } } }", key=key)

    found = json.loads(run("diff", "--without", "grid", "--json", code=1))

    called = {one["sentence"]: one["callers"] for one in found["breaking"]}
    assert (found["leaving"], found["coming"]) == (["grid"], [])
    assert found["before"] != found["after"]
    told = [{"client": str(_client.pk), "label": "门户", "calls": 2, "last_day": f"{timezone.localdate()}"}]
    assert called["Query.grids was removed."] == told
    assert called["Grid was removed."] == told
    assert called["Query.grid was removed."] == called["GridPost was removed."] == []
    assert found["breaking"][0]["callers"]


def test_what_nobody_called_breaks_nobody(graphql: Ask) -> None:
    text = run("diff", "--without", "grid")

    assert "(without grid)" in text
    assert "breaking: " in text
    assert "  Query.grids was removed.\n" in text


def test_what_comes_breaks_nothing_and_brings_what_it_needs(plug: Plug) -> None:
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")
    plug("clock", on=False, requires_plugins={"grid": ">=0"})

    found = json.loads(run("diff", "--with", "clock", "--json"))

    assert found["coming"] == ["clock", "grid"]
    assert found["breaking"] == []


def test_what_needs_a_plugin_goes_with_it(plug: Plug) -> None:
    plug("clock", requires_plugins={"grid": ">=0"})

    assert json.loads(run("diff", "--without", "grid", "--json"))["leaving"] == ["clock", "grid"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["diff"], "name a plugin"), (["diff", "--without", "nobody"], "no plugin is loaded by the name of nobody")],
)
def test_what_cannot_be_compared_is_said(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_the_check_lets_nothing_go_that_was_promised(tmp_path: Path) -> None:
    promised = tmp_path / "promised.graphql"
    promised.write_text(run() + "\nextend type Grid { colour: String }\n", encoding="utf-8")

    told = run("check", "--published", str(promised), code=1)

    assert told == (
        "Grid.colour was removed. Not yet: Grid.colour was never marked @deprecated with “until YYYY-MM-DD: …”.\n"
    )


def test_the_check_passes_what_only_adds(tmp_path: Path) -> None:
    promised = tmp_path / "promised.graphql"
    promised.write_text(run().replace("  households: Int\n", ""), encoding="utf-8")

    assert run("check", "--published", str(promised)) == "What was published is kept.\n"


@pytest.mark.parametrize("text", [None, "type Query {"])
def test_the_check_says_when_the_promise_cannot_be_read(tmp_path: Path, text: str | None) -> None:
    promised = tmp_path / "promised.graphql"
    if text is not None:
        promised.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match="cannot be read as a schema"):
        run("check", "--published", str(promised))


def test_the_published_cost_map_is_what_the_schema_has() -> None:
    page = Path(__file__).resolve().parents[3] / "docs/reference/graphql-costs.md"

    assert page.read_text(encoding="utf-8") == run("costs"), (
        "run: civicnet schema costs > docs/reference/graphql-costs.md"
    )


def test_the_cost_map_is_served_and_names_sizes_and_dear_fields(client: Client) -> None:
    served = client.get("/graphql/costs.json").json()

    by_field = {one["field"]: one for one in served["fields"]}
    assert served == json.loads(run("costs", "--json"))
    first_or_last = {"sizes": ["first", "last"], "rows": 1}
    assert by_field["Query.grids"] == {"field": "Query.grids", "cost": 50, "arguments": {}, **first_or_last}
    assert by_field["Query.publicityArticles"]["arguments"] == {"fields": 50}
    assert by_field["Query.publicityWeeks"]["sizes"] == ["weeks"]
    assert by_field["Grid.posts"] == {"field": "Grid.posts", "cost": 1, "sizes": [], "rows": 5, "arguments": {}}
    assert by_field["PublicityArticle.bodyHtml"]["cost"] == 5
    assert "Grid.name" not in by_field


def test_a_dear_field_costs_what_it_was_declared_with(graphql: Ask) -> None:
    rows = "publicityArticles(first: 100) { totalCount nodes { bodyHtml column { title } } }"
    many = " ".join(f"b{n}: bodyHtml" for n in range(20))
    answer = graphql(
        "{ publicityWeeks(weeks: 53) { monday } "
        + rows
        + " again: publicityArticles(first: 100) { nodes {"
        + many
        + "} } }"
    )

    # Two root fields with their page, a count, and a hundred rows of a text for 5 and a column with its title.
    first = 50 + 53 + 50 + 50 + 1 + 100 * (5 + 1 + 1)
    assert answer["errors"][0]["extensions"]["asked"] == first + 50 + 1 + 100 * 20 * 5
