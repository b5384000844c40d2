"""The published cost map: limits and prices for machines, and as the page in the reference."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from graphql import GraphQLSchema

from civicnet.gateway import limits
from civicnet.gateway.connection import DEFAULT, MOST
from civicnet.gateway.prices import FIELD_COST, INTROSPECTION_COST, ROOT_COST, SHORT_LIST, Listed, cost_map

_HEAD = """# What a GraphQL query costs

Written by `civicnet schema costs > docs/reference/graphql-costs.md`; a test holds that it is the truth. Every site serves
its own as JSON at `/graphql/costs.json`, and `rateLimit {{ cost remaining resetAt }}` tells what a query cost.

The cost of a query is the sum over its fields. A field costs {field}, a field of `Query` or `Mutation` {root}, unless the
table says otherwise. What stands below a list counts once for each row that the list may give: as many as `first` or `last`
says ({default} if neither is there, at most {most}), or {short} where the list cannot be paged. `first: $n` is reckoned
with the value of the request. What stands beside the rows of a page, such as `totalCount`, counts once. A fragment costs as
often as it is spread. `__schema` and `__type` cost {introspection} each, whatever is asked of them.
[Why, and what happens beyond](../explanation/limits.md).

## Limits of one query

Beyond any of these the answer is `TOO_LARGE`, with `extensions.limit`, `asked` and `allowed`, and nothing has run.

| limit | most | of what |
| --- | --- | --- |
"""
_FIELDS = """## Fields

| field | costs | multiplies what stands below it by |
| --- | --- | --- |
"""
_LIMITS = {
    "characters": (limits.MOST_CHARACTERS, "characters of the document"),
    "tokens": (limits.MOST_TOKENS, "words and signs of the document"),
    "selections": (limits.MOST_SELECTIONS, "fields and fragments beside each other"),
    "depth": (limits.MOST_DEPTH, "levels, through fragments too"),
    "aliases": (limits.MOST_ALIASES, "names of its own that a document gives to fields"),
    "aliasesOfField": (limits.MOST_ALIASES_OF_ONE, "such names for fields of one name"),
    "directives": (limits.MOST_DIRECTIVES, "directives in the document"),
    "directivesOfField": (limits.MOST_DIRECTIVES_AT_ONE, "directives at one place"),
    "spreads": (limits.MOST_SPREADS, "places where fragments are spread"),
    "operations": (limits.MOST_OPERATIONS, "operations in the document"),
    "comparisons": (
        limits.MOST_COMPARISONS,
        "pairs of fields that are answered by the same name at one place, with fragments where they are spread; "
        f"{limits.MOST_NAMED_ALIKE:,} pairs of one name wherever they stand",
    ),
    "fields": (limits.MOST_FIELDS, "fields, those of a fragment wherever it is spread"),
    "nodes": (limits.MOST_NODES, "rows that its lists may give, multiplied down the tree"),
    "cost": (limits.MOST_COST, "cost"),
}


def plain_costs(schema: GraphQLSchema) -> dict[str, Any]:
    """Limits and prices of a schema as plain values."""
    return usual_costs() | {
        "fields": [asdict(one) for one in cost_map(schema)],
    }


def usual_costs() -> dict[str, Any]:
    """Limits, and prices that hold for all fields which have none of their own; no field is named."""
    return {
        "limits": {name: most for name, (most, _what) in _LIMITS.items()},
        "usual": {
            "field": FIELD_COST,
            "root": ROOT_COST,
            "introspection": INTROSPECTION_COST,
            "rows": DEFAULT,
            "mostRows": MOST,
            "shortList": SHORT_LIST,
        },
    }


def cost_page(schema: GraphQLSchema) -> str:
    """The page of the reference, in Markdown."""
    costs = {"field": FIELD_COST, "root": ROOT_COST, "introspection": INTROSPECTION_COST}
    head = _HEAD.format(**costs, default=DEFAULT, most=MOST, short=SHORT_LIST)
    limited = "".join(f"| `{name}` | {most:,} | {what} |\n" for name, (most, what) in _LIMITS.items())
    fields = "".join(map(_line, cost_map(schema)))
    return f"{head}{limited}\n{_FIELDS}{fields}"


def _line(one: Listed) -> str:
    by = " or ".join(f"`{name}`" for name in one.sizes) or (f"{one.rows}" if one.rows != 1 else "")
    more = "".join(f", with `{name}` {cost} more" for name, cost in one.arguments.items())
    return f"| `{one.field}` | {one.cost}{more} | {by} |\n"
