"""Documents: parsed and validated once per schema and text, within limits that hold before anything runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from civicnet.gateway.compiled import Plans
from civicnet.gateway.composer import Composed
from civicnet.gateway.limits import too_much, too_wide
from civicnet.gateway.usage import Uses, uses_of

# PostgreSQL can neither store nor compare it.
_NUL = re.compile(r"\0|\\u0000|\\u\{0+\}")
MOST_TOKENS = 2_000
MOST_CHARACTERS = 50_000


class DocumentRefused(Exception):
    """The document cannot run. ``code`` is PARSE_FAILED, VALIDATION_FAILED or TOO_LARGE; ``errors`` say where."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to run, with the fields of plugins that each of its operations uses, and its plans."""

    tree: DocumentNode
    uses: Mapping[str, Uses]
    plans: Plans = field(default_factory=Plans)


def document(composed: Composed, text: str) -> Document:
    """The document, ready to run on this schema.

    Raises:
        DocumentRefused: it is too large, does not parse, or does not fit the schema.
    """
    if len(text) > MOST_CHARACTERS:
        raise DocumentRefused("TOO_LARGE", [GraphQLError(f"A query has at most {MOST_CHARACTERS} characters.")])
    return _ready(composed.schema, composed.digest, text)


# Keyed by the digest as well: two schemas may be equal as objects in a test, never by their text.
# A tree takes some seven hundred bytes a token, so their number is kept low.
@lru_cache(maxsize=128)
def _ready(schema: GraphQLSchema, digest: str, text: str) -> Document:
    if _NUL.search(text):
        raise DocumentRefused("PARSE_FAILED", [GraphQLError("A text cannot hold the sign U+0000.")])
    try:
        tree = parse(text, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        raise DocumentRefused("PARSE_FAILED", [error]) from error
    except RecursionError as error:
        raise DocumentRefused("TOO_LARGE", [GraphQLError("The query is nested too deep.")]) from error
    if refusal := too_wide(tree):
        raise DocumentRefused("TOO_LARGE", [refusal])
    if errors := validate(schema, tree, specified_rules, max_errors=20):
        raise DocumentRefused("VALIDATION_FAILED", errors)
    # Only now: fragments that spread each other in a circle have been refused.
    if refusal := too_much(schema, tree):
        raise DocumentRefused("TOO_LARGE", [refusal])
    return Document(tree, uses_of(schema, tree))


def operation(tree: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation a request means, or None when it does not say which of several."""
    found = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    if name is not None:
        return next((one for one in found if one.name and one.name.value == name), None)
    return found[0] if len(found) == 1 else None
