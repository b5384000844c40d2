"""Which documents are registered: for those who look after them, and for a call that names one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from civicnet.contract import Actor
from civicnet.gateway.models import TrustedDocument

VIEW = "civicnet_gateway.view_trusteddocument"
CHANGE = "civicnet_gateway.change_trusteddocument"
_MOST = 512


@dataclass(frozen=True, slots=True)
class Known:
    """An open document as a call needs it."""

    pk: int
    client: int | None
    text: str
    used_on: date | None


_kept: dict[str, tuple[float, tuple[Known, ...]]] = {}


def visible_documents(actor: Actor) -> QuerySet[TrustedDocument]:
    """All documents, open and ended, for whoever looks after them."""
    rows = TrustedDocument.objects.select_related("client")
    return rows if actor.may(VIEW) or actor.may(CHANGE) else rows.none()


def document_for(digest: str, actor: Actor) -> Known | None:
    """The open document of this digest that the actor may ask for: everybody's, or this client's own.

    Believed for ``CIVICNET_GRAPHQL_DOCUMENT_SECONDS`` without asking the database again.
    """
    own = int(actor.id) if actor.kind == "client" else None
    return next((one for one in _open(digest) if one.client is None or one.client == own), None)


def forget(digest: str) -> None:
    """Have this process read anew what it knows of a digest."""
    _kept.pop(digest, None)


def _open(digest: str) -> tuple[Known, ...]:
    moment = time.monotonic()
    until, found = _kept.get(digest, (0.0, ()))
    if moment < until:
        return found
    rows = TrustedDocument.objects.filter(digest=digest, ended_at=None).order_by("client_id")
    found = tuple(Known(*row) for row in rows.values_list("pk", "client_id", "text", "used_on"))
    # Digests that nobody registered are not kept: whoever invents them would push out those that are asked for.
    if found and settings.CIVICNET_GRAPHQL_DOCUMENT_SECONDS:
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[digest] = moment + settings.CIVICNET_GRAPHQL_DOCUMENT_SECONDS, found
    return found
