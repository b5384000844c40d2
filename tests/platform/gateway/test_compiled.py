"""Compiled execution: what a plan answers is what the library answers, and what only the library knows it is asked for."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import graphene
import graphql
import pytest
from both_ways import both
from django.test import override_settings
from graphql import GraphQLSchema, build_schema, parse
from hostile_schema import ODD, RIGHT, Asking, HostileRow, hostile_schema

from civicnet.gateway.compiled import Plans, compile_operation, execute
from civicnet.gateway.compiled.plan import MOST_FIELDS, MOST_VARIANTS

PETS = build_schema("""
    interface Pet { name: String! friend: Pet }
    type Cat implements Pet { name: String! friend: Pet lives: Int }
    type Dog implements Pet { name: String! friend: Pet tricks(first: Int! = 2, tags: [String!] = ["x"]): [String!] }
    input Where { name: String = "any" within: [Where!] }
    type Query { pet: Pet pets: [[Pet!]]! dog: Dog! say(where: Where, most: Int! = 3): String }
    type Mutation { say(text: String!): String! fail: String }
    type Subscription { said: String }
""")


def agree(schema: GraphQLSchema, document: str, variables: dict[str, Any] | None = None, root: Any = None) -> Any:
    """The data and the messages of the plan's answer, which is the library's."""
    library, plan, result = both(schema, parse(document), variables=variables, root=lambda: root)
    assert plan == library
    assert result is not None
    return result.data, [error.message for error in result.errors or ()]


def cat(name: Any, **more: Any) -> dict[str, Any]:
    return {"__typename": "Cat", "name": name, **more}


@pytest.mark.parametrize("field", [*RIGHT, "missing"])
def test_every_leaf_treats_every_odd_value_as_the_library_does(field: str) -> None:
    class Query(graphene.ObjectType):
        rows = graphene.List(HostileRow)

    schema: GraphQLSchema = graphene.Schema(Query).graphql_schema
    rows = [{field: one} for one in (*ODD, *RIGHT.get(field, ()))] + [{}, Random(0)]

    library, plan, _result = both(schema, f"{{ rows {{ {field} }} }}", lambda: Asking(0), root=lambda: {"rows": rows})

    assert plan == library


def test_a_null_that_must_not_be_rises_to_the_next_place_that_may_be_null() -> None:
    rows = [[cat("a"), cat(None)], [cat("b", friend=cat(None))], None]

    data, messages = agree(PETS, "{ pets { n: name friend { name } } }", root={"pets": rows})

    assert data == {"pets": [None, [{"n": "b", "friend": None}], None]}
    assert messages == ["Cannot return null for non-nullable field Cat.name."] * 2
    assert agree(PETS, "{ pets { name } }", root={"pets": None})[0] is None


def test_fields_of_one_key_are_merged_in_the_order_of_their_first() -> None:
    document = """query ($on: Boolean!) { pet { ...C name ... on Cat { lives friend { name } } ...C @skip(if: $on) } }
        fragment C on Pet { friend { __typename ... on Cat { lives } } }"""

    data, _messages = agree(PETS, document, {"on": True}, {"pet": cat("a", lives=9, friend=cat("b", lives=1))})

    assert list(data["pet"]) == ["friend", "name", "lives"]
    assert list(data["pet"]["friend"].items()) == [("__typename", "Cat"), ("lives", 1), ("name", "b")]


@pytest.mark.parametrize("on", [True, False, None, "absent"])
def test_conditions_follow_variables_their_defaults_and_null(on: Any) -> None:
    document = """query ($on: Boolean = true) { a: __typename @include(if: $on) b: __typename @skip(if: $on)
        ... @include(if: $on) { c: __typename } d: __typename @skip(if: false) @include(if: false) e: __typename }"""

    data, messages = agree(PETS, document, {} if on == "absent" else {"on": on})

    if on is None:
        assert (data, messages) == (None, ["Argument 'if' of non-null type 'Boolean!' must not be null."])
    else:
        assert list(data) == (["a", "c", "e"] if on else ["b", "e"])


def test_more_ways_to_answer_conditions_than_are_kept_are_answered_all_the_same() -> None:
    names = [f"c{number}" for number in range(6)]
    head = ", ".join(f"${name}: Boolean!" for name in names)
    tree = parse(
        f"query ({head}) {{ {' '.join(f'{name}: __typename @include(if: ${name})' for name in names)} x: __typename }}"
    )
    plan = compile_operation(PETS, tree, tree.definitions[0])  # type: ignore[arg-type]

    for bits in range(2 * MOST_VARIANTS):
        variables = {name: bool(bits >> place & 1) for place, name in enumerate(names)}
        assert list(plan.run(variable_values=variables).data) == [*(name for name in names if variables[name]), "x"]


@pytest.mark.parametrize("condition", ["", "@include(if: $on)"])
def test_an_operation_with_too_many_fields_is_left_to_the_library(condition: str) -> None:
    names = [f"a{number}" for number in range(MOST_FIELDS + 1)]
    head = "query ($on: Boolean!)" if condition else "query"
    tree, plans = (
        parse(f"{head} {{ x: __typename {condition} {' '.join(f'{one}: __typename' for one in names)} }}"),
        Plans(),
    )

    answers = [execute(PETS, tree, variable_values={"on": True}, plans=plans) for _time in range(3)]

    assert [list(one.data or ()) for one in answers] == [["x", *names]] * 3
    assert compile_operation(PETS, tree, tree.definitions[0]) is None or condition  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
def test_an_asynchronous_resolver_below_a_condition_is_left_to_the_library() -> None:
    async def resolve(root: Any, info: Any) -> str:
        return "later"

    late = graphene.String(resolver=resolve)
    query = type("Query", (graphene.ObjectType,), {"late": late, "now": graphene.String(default_value="now")})
    schema = graphene.Schema(query).graphql_schema
    tree = parse("query ($on: Boolean!) { now late @include(if: $on) }")
    plan = compile_operation(schema, tree, tree.definitions[0])  # type: ignore[arg-type]

    async def ask() -> Any:
        given: Any = plan.run(variable_values={"on": True})
        return (await given).data

    assert plan.run(variable_values={"on": False}).data == {"now": "now"}
    assert asyncio.run(ask()) == {"now": "now", "late": "later"}


def test_an_argument_that_may_not_be_null_is_refused_where_it_is_not_even_read() -> None:
    document = "query ($n: Int = 1) { dog { tricks(first: $n) } }"

    assert agree(PETS, document, {"n": None}, {"dog": {"tricks": ["sit"]}}) == (
        {"dog": {"tricks": None}},
        ["Argument 'first' of non-null type 'Int!' must not be null."],
    )


def test_a_resolver_gets_arguments_of_its_own_that_it_may_change() -> None:
    def say(info: Any, where: Any = None, most: int = 0) -> str:
        where["within"].append("changed")
        return f"{where} {most}"

    first = agree(PETS, '{ say(where: {within: [{name: "a"}]}) }', root={"say": say})
    second = agree(PETS, '{ say(where: {within: [{name: "a"}]}) }', root={"say": say})

    assert first == second == ({"say": "{'name': 'any', 'within': [{'name': 'a'}, 'changed']} 3"}, [])


def test_a_list_that_a_resolver_changes_is_whole_for_the_next_row() -> None:
    document = '{ rows: found(words: ["a"]) { said(words: ["b"]) other: said(words: ["b"]) } }'

    class Row(graphene.ObjectType):
        said = graphene.String(words=graphene.List(graphene.String))

        @staticmethod
        def resolve_said(row: Any, info: Any, words: list[str]) -> str:
            words.append("changed")
            return " ".join(words)

    class Query(graphene.ObjectType):
        found = graphene.List(Row, words=graphene.List(graphene.String), resolver=lambda root, info, words: words * 2)

    data, _messages = agree(graphene.Schema(Query).graphql_schema, document)

    assert data == {"rows": [{"said": "b changed", "other": "b changed"}] * 2}


@pytest.mark.parametrize("given", [None, 2])
def test_arguments_that_graphenes_own_resolver_does_not_read_are_checked(given: int | None) -> None:
    class Query(graphene.ObjectType):
        argued = graphene.String(by=graphene.Int(required=True))

    document = "query ($by: Int = 1) { argued(by: $by) }"

    data, messages = agree(graphene.Schema(Query).graphql_schema, document, {"by": given}, {"argued": "yes"})

    assert (data["argued"], len(messages)) == (("yes", 0) if given else (None, 1))


def test_rows_that_their_type_disowns_are_errors() -> None:
    class Row(graphene.ObjectType):
        class Meta:
            possible_types = (dict,)

        name = graphene.String()

    schema = graphene.Schema(type("Query", (graphene.ObjectType,), {"rows": graphene.List(Row)})).graphql_schema

    data, messages = agree(schema, "{ rows { name } }", root={"rows": [{"name": "a"}, Random(0)]})

    assert data == {"rows": [{"name": "a"}, None]}
    assert messages == ["Expected value of type 'Row' but got: <Random instance>."]


def test_the_same_selection_on_two_types_reads_each_type_its_own_way() -> None:
    rows = [[cat("a"), {"__typename": "Dog", "name": "b"}]]

    data, _messages = agree(PETS, "{ pets { __typename name ... on Cat { lives } } }", root={"pets": rows})

    assert data == {"pets": [[{"__typename": "Cat", "name": "a", "lives": None}, {"__typename": "Dog", "name": "b"}]]}


def test_rows_whose_type_nobody_tells_are_told_of_by_the_place() -> None:
    data, messages = agree(PETS, "{ pets { name } pet { name } }", root={"pets": [[{"__typename": "Bird"}]], "pet": {}})

    assert data == {"pets": [None], "pet": None}
    assert messages[0].startswith("Abstract type 'Pet' was resolved to a type 'Bird'") or messages[1].startswith(
        "Abstract type 'Pet' was resolved to a type 'Bird'"
    )


def test_mutations_run_one_after_the_other() -> None:
    said: list[str] = []

    def say(info: Any, text: str) -> str:
        said.append(text)
        return f"{len(said)}"

    tree = parse('mutation { b: say(text: "b") fail a: say(text: "a") }')
    plan = compile_operation(PETS, tree, tree.definitions[0])  # type: ignore[arg-type]

    result = plan.run(root_value={"say": say, "fail": ValueError("no")})

    assert said == ["b", "a"]
    assert list(result.data.items()) == [("b", "1"), ("fail", None), ("a", "2")]
    assert [(error.message, error.path) for error in result.errors] == [("no", ["fail"])]


def test_introspection_is_the_same() -> None:
    library, plan, result = both(hostile_schema(), graphql.get_introspection_query())

    assert plan == library
    assert len(result.data["__schema"]["types"]) > 20


def test_variables_that_do_not_fit_are_refused_before_anything_runs() -> None:
    data, messages = agree(PETS, "query ($n: Int!) { dog { tricks(first: $n) } }", {"n": "two"})

    assert data is None
    assert messages == ["Variable '$n' got invalid value 'two'; Int cannot represent non-integer value: 'two'"]


def test_a_subscription_is_left_to_the_library() -> None:
    tree = parse("subscription { said }")

    assert compile_operation(PETS, tree, tree.definitions[0]) is None  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
def test_a_query_that_has_to_be_awaited_is_answered_by_the_library() -> None:
    async def later(info: Any, **arguments: Any) -> str:
        return "later"

    plans, tree = Plans(), parse("{ say }")

    async def ask() -> Any:
        given: Any = execute(PETS, tree, {"say": later}, plans=plans)
        return (await given).data

    assert [asyncio.run(ask()) for _time in range(3)] == [{"say": "later"}] * 3


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
def test_a_mutation_that_has_to_be_awaited_is_not_run_twice() -> None:
    calls: list[str] = []

    async def wait() -> str:
        return "late"

    def say(info: Any, text: str) -> Any:
        calls.append(text)
        return wait()

    tree = parse('mutation { say(text: "a") }')
    plan = compile_operation(PETS, tree, tree.definitions[0])  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="await"):
        plan.run(root_value={"say": say})
    assert calls == ["a"]


def test_an_asynchronous_resolver_is_left_to_the_library() -> None:
    async def resolve(root: Any, info: Any) -> str:
        return "later"

    schema = graphene.Schema(
        type("Query", (graphene.ObjectType,), {"late": graphene.String(resolver=resolve)})
    ).graphql_schema
    tree = parse("{ late }")

    assert compile_operation(schema, tree, tree.definitions[0]) is None  # type: ignore[arg-type]


def test_a_document_is_compiled_when_it_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    plans, tree, ran = Plans(), parse("query A { a: __typename } query B { b: __typename }"), []
    original = graphql.execute
    monkeypatch.setattr(graphql, "execute", lambda *given: ran.append(given[-1]) or original(*given))

    results = [execute(PETS, tree, operation_name=name, plans=plans).data for name in "AABAB"]

    assert results == [{"a": "Query"}, {"a": "Query"}, {"b": "Query"}, {"a": "Query"}, {"b": "Query"}]
    assert ran == ["A"]
    assert execute(PETS, tree, plans=plans) == original(PETS, tree)
    assert execute(PETS, tree, operation_name="C", plans=plans) == original(PETS, tree, operation_name="C")
    with pytest.raises(TypeError):
        execute(PETS, tree, variable_values=[], operation_name="A", plans=plans)  # type: ignore[arg-type]


def test_the_setting_leads_back_to_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    plans, tree, ran = Plans(), parse("{ __typename }"), []
    original = graphql.execute
    monkeypatch.setattr(graphql, "execute", lambda *given: ran.append(1) or original(*given))

    with override_settings(CIVICNET_GRAPHQL_COMPILED=False):
        assert [execute(PETS, tree, plans=plans).data for _time in range(3)] == [{"__typename": "Query"}] * 3

    assert len(ran) == 3


def test_plans_of_another_document_are_not_taken() -> None:
    plans = Plans()
    for _time in range(3):
        execute(PETS, parse("{ a: __typename }"), plans=plans)

    assert execute(PETS, parse("{ b: __typename }"), plans=plans).data == {"b": "Query"}


def test_nothing_of_a_document_is_written_into_source(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []
    monkeypatch.setattr(
        "civicnet.gateway.compiled.selection._code",
        lambda source: sources.append(source) or compile(source, "", "exec"),
    )

    agree(PETS, 'query Secret { word: pet { mine: name } hidden: say(where: {name: "text"}) }', root={"pet": cat("a")})

    assert sources
    for word in ("Secret", "word", "mine", "hidden", "text", "pet", "name", "say", "Cat"):
        assert not any(word in source for source in sources)
