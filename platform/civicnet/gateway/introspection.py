"""Introspection: who may look through the whole schema."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy
from graphql import DocumentNode, FieldNode, FragmentSpreadNode, Node, SelectionSetNode

from civicnet.contract import Actor, CivicNetError

PERMISSION = "civicnet_gateway.introspect"
# The last tells a router the whole schema as text.
_FIELDS = {"__schema", "__type", "_service"}


class IntrospectionRefused(CivicNetError):
    """The caller may ask for what it knows, and may not look through the schema."""

    code = "INTROSPECTION_REFUSED"
    status = 403
    message = gettext_lazy(
        "You may not look through the schema here. Ask the platform's administrator for a key with that right."
    )


def may_introspect(actor: Actor) -> bool:
    """Whether the actor may, by ``CIVICNET_GRAPHQL_INTROSPECTION``; what it does not know is read as the narrowest."""
    match settings.CIVICNET_GRAPHQL_INTROSPECTION:
        case "public":
            return True
        case "clients":
            return actor.kind != "anonymous"
        case _:
            return actor.may(PERMISSION)


def introspects(tree: DocumentNode) -> bool:
    """Whether a document asks for the schema anywhere; ``__typename`` is no such question."""
    waiting: list[Node | None] = [getattr(one, "selection_set", None) for one in tree.definitions]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FieldNode) and one.name.value in _FIELDS:
            return True
        if isinstance(one, SelectionSetNode):
            waiting.extend(one.selections)
        elif one is not None and not isinstance(one, FragmentSpreadNode):
            waiting.append(getattr(one, "selection_set", None))
    return False
