"""From what is asked to the text of a document: sent whole, registered before, or kept from an earlier call."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from civicnet.contract import Actor
from civicnet.gateway.digests import digest_of, read_digest
from civicnet.gateway.documents import DocumentRefused
from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.reading import Asked
from civicnet.gateway.persisted.selectors import recall
from civicnet.gateway.sentences import OwnError
from civicnet.gateway.trusted.selectors import document_for, forget
from civicnet.gateway.trusted.services import note_use

# Clients of the protocol look for these very words.
_NOT_FOUND = "PersistedQueryNotFound"
_NOT_SUPPORTED = "PersistedQueryNotSupported"


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a document. ``persist``: the hash under which to keep it, once it has turned out valid."""

    text: str
    persist: str | None = None


def source_of(asked: Asked, actor: Actor) -> Source:
    """The document that is asked for.

    Raises:
        BadRequest: it is named in two ways at once, or by what is no hash.
        DocumentRefused: nobody registered or sent it, its hash does not fit, or this caller needs a registered one.
    """
    named = asked.extensions.get("persistedQuery")
    if asked.document_id is not None:
        if asked.query is not None or named is not None:
            raise BadRequest("BAD_REQUEST", _("Send a “documentId” or a “query”, not both."))
        return Source(_registered(asked.document_id, actor))
    found = _persisted(named, asked.query) if named is not None else Source(asked.query or "")
    if _needs_registered(actor):
        return Source(_only_registered(found.text, actor))
    return found


def is_open_still(asked: Asked, text: str, actor: Actor) -> bool:
    """Whether a document that was found is answered now too. Of a registered one the database is asked, not the memory that
    another process's change has not reached."""
    if asked.document_id is None and not _needs_registered(actor):
        return True
    digest = digest_of(text)
    forget(digest)
    return document_for(digest, actor) is not None


def _needs_registered(actor: Actor) -> bool:
    return actor.trusted_only or (bool(settings.CIVICNET_GRAPHQL_TRUSTED_ONLY) and actor.kind != "staff")


def _registered(document_id: str, actor: Actor) -> str:
    digest = read_digest(document_id)
    if digest is None or not document_id.startswith("sha256:"):
        raise BadRequest("BAD_REQUEST", _("A “documentId” is “sha256:” and the SHA-256 of the text in hexadecimal."))
    known = document_for(digest, actor)
    if known is None:
        message = _(
            "No document with this hash is registered for you. Ask the platform's administrator to register it."
        )
        raise DocumentRefused("DOCUMENT_NOT_FOUND", [OwnError(message)])
    note_use(known)
    return known.text


def _only_registered(text: str, actor: Actor) -> str:
    known = document_for(digest_of(text), actor)
    if known is None:
        message = _(
            "Here only registered documents are answered. Ask the platform's administrator to register this one."
        )
        raise DocumentRefused("DOCUMENT_NOT_TRUSTED", [OwnError(message)])
    note_use(known)
    return text


def _persisted(named: object, query: str | None) -> Source:
    if not isinstance(named, dict) or (digest := read_digest(named.get("sha256Hash"))) is None:
        raise BadRequest("BAD_REQUEST", _("“persistedQuery” is an object with “version” 1 and a “sha256Hash”."))
    # True counts as 1 in Python, and as no number here.
    if named.get("version") != 1 or named.get("version") is True or not settings.CIVICNET_GRAPHQL_PERSISTED:
        detail = _("Documents are not kept under this version of the protocol here. Send the text each time.")
        raise DocumentRefused("PERSISTED_QUERY_NOT_SUPPORTED", [OwnError(_NOT_SUPPORTED, detail=detail)])
    if query:
        if digest_of(query) != digest:
            message = _("“sha256Hash” is not the SHA-256 of the query. Reckon it from the very text that you send.")
            raise DocumentRefused("PERSISTED_QUERY_MISMATCH", [OwnError(message)])
        return Source(query, persist=digest)
    text = recall(digest)
    if text is None:
        detail = _("Nobody sent this document lately. Send it once with its text, under the same hash.")
        raise DocumentRefused("PERSISTED_QUERY_NOT_FOUND", [OwnError(_NOT_FOUND, detail=detail)])
    return Source(text)
