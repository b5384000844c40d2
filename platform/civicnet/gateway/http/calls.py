"""A call: everything known of one request once its document is ready, as every later step takes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest
from graphql import OperationDefinitionNode

from civicnet.contract import Actor
from civicnet.gateway.composer import Composed
from civicnet.gateway.documents import Document
from civicnet.gateway.http.reading import Asked
from civicnet.lifecycle.snapshot import Snapshot


@dataclass(slots=True)
class Costs:
    """What a call came to, for the counting: known piece by piece on its way."""

    cost: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose document, ``text``, is valid here."""

    request: HttpRequest
    media: str
    actor: Actor
    asked: Asked
    text: str
    snapshot: Snapshot
    composed: Composed
    document: Document
    operation: OperationDefinitionNode
    costs: Costs = field(default_factory=Costs)
