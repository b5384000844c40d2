"""Documents: parsed and validated once per schema and text, within limits that hold before anything runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from civicnet.gateway.composer import Composed
from civicnet.gateway.introspection import introspects
from civicnet.gateway.limits import too_much, too_wide
from civicnet.gateway.sentences import OwnError
from civicnet.gateway.usage import Uses, uses_of

# PostgreSQL can neither store nor compare it.
_NUL = re.compile(r"\0|\\u0000|\\u\{0+\}")
MOST_TOKENS = 2_000
MOST_CHARACTERS = 50_000


class DocumentRefused(Exception):
    """The document cannot run: ``code`` as in docs/reference/graphql-errors.md, ``errors`` say why and where."""

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A document ready to run, with the fields of plugins that each of its operations uses.

    ``introspects``: it asks for the schema itself.
    """

    tree: DocumentNode
    uses: Mapping[str, Uses]
    introspects: bool


def document(composed: Composed, text: str) -> Document:
    """The document, ready to run on this schema.

    Raises:
        DocumentRefused: it is too large, does not parse, or does not fit the schema.
    """
    if len(text) > MOST_CHARACTERS:
        raise DocumentRefused("TOO_LARGE", [OwnError(_too_long())])
    return _ready(composed.schema, composed.digest, text)


# Keyed by the digest as well: two schemas may be equal as objects in a test, never by their text.
# A tree takes some seven hundred bytes a token, so their number is kept low.
@lru_cache(maxsize=128)
def _ready(schema: GraphQLSchema, digest: str, text: str) -> Document:
    if _NUL.search(text):
        raise DocumentRefused("PARSE_FAILED", [OwnError(_("A text cannot hold the sign U+0000."))])
    try:
        tree = parse(text, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        raise DocumentRefused("PARSE_FAILED", [error]) from error
    except RecursionError as error:
        raise DocumentRefused("TOO_LARGE", [OwnError(_("The query is nested too deep."))]) from error
    if refusal := too_wide(tree):
        raise DocumentRefused("TOO_LARGE", [refusal])
    if errors := validate(schema, tree, specified_rules, max_errors=20):
        raise DocumentRefused("VALIDATION_FAILED", errors)
    # Only now: fragments that spread each other in a circle have been refused.
    if refusal := too_much(schema, tree):
        raise DocumentRefused("TOO_LARGE", [refusal])
    return Document(tree, uses_of(schema, tree), introspects(tree))


def _too_long() -> str:
    return _("A query has at most %(most)s characters. Ask for less, or in several documents.") % {
        "most": MOST_CHARACTERS
    }


def operation(tree: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation a request means.

    Raises:
        DocumentRefused: there is none of this name, or several and no name is given.
    """
    found = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    if name is not None:
        found = [one for one in found if one.name and one.name.value == name]
        if not found:
            message = _("The document has no operation named “%(name)s”.") % {"name": name[:100]}
            raise DocumentRefused("REQUEST_FAILED", [OwnError(message)])
    if len(found) != 1:
        message = _("The document does not hold exactly one operation: say which by “operationName”.")
        raise DocumentRefused("REQUEST_FAILED", [OwnError(message)])
    return found[0]
