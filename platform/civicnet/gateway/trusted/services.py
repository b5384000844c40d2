"""Acts on trusted documents: registering a text that fits the schema, ending it, and keeping when it was last asked for."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import ApiClient
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, require
from civicnet.gateway.composer import compose
from civicnet.gateway.digests import digest_of
from civicnet.gateway.documents import DocumentRefused, document
from civicnet.gateway.errors import format_error
from civicnet.gateway.last_use import note_day
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.trusted.selectors import CHANGE, Known, forget, visible_documents
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import current

_LONGEST_NAME = 100


@transaction.atomic
def register_document(
    *, text: str, name: str, actor: Actor, client: ApiClient | None = None, reason: str = ""
) -> TrustedDocument:
    """Register a document for everybody, or for one client; from now on it can be asked for by the hash of its text.

    Raises:
        Refused: the actor does not look after documents.
        InvalidInput: it has no name, or the text does not fit the schema as it is now; ``field`` says which.
        Conflict: the very same text is registered already, for the same callers.
    """
    require(actor.may(CHANGE))
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME:
        raise InvalidInput(_("Give the document a name of at most 100 characters."), field="name")
    check_text(text)
    digest = digest_of(text)
    if TrustedDocument.objects.filter(digest=digest, client=client, ended_at=None).exists():
        raise Conflict(_("This text is registered already. Look for it by its hash: %(hash)s") % {"hash": digest})
    made = TrustedDocument.objects.create(digest=digest, text=text, name=called, client=client)
    record(actor=actor, action="gateway.register_document", subject=made, after=_told(made), reason=reason)
    transaction.on_commit(lambda: forget(digest))
    return made


@transaction.atomic
def end_document(*, document: TrustedDocument, actor: Actor, reason: str) -> TrustedDocument:
    """End a document: it is not answered by its hash any more. The row stays; the same text can be registered anew.

    Raises:
        NotFound: there is none that the actor may know of.
        Refused: the actor does not look after documents.
        InvalidInput: no reason is given.
        Conflict: it has ended already.
    """
    found = visible_documents(actor).select_for_update(of=("self",)).filter(pk=document.pk).first()
    if found is None:
        raise NotFound()
    require(actor.may(CHANGE))
    if found.ended_at:
        raise Conflict(_("This document has ended already."))
    if not reason.strip():
        raise InvalidInput(_("Say why, in one sentence."), field="reason")
    found.ended_at, found.end_reason = timezone.now(), reason.strip()[:200]
    found.save(update_fields=["ended_at", "end_reason"])
    record(actor=actor, action="gateway.end_document", subject=found, before=_told(found), reason=reason)
    transaction.on_commit(lambda: forget(found.digest))
    return found


def check_text(text: str) -> None:
    """Whether a text is a document that could run here now.

    Raises:
        InvalidInput: it is not; each error in a line of its own, with its place.
    """
    snapshot = current()
    try:
        document(compose(snapshot.enabled, snapshot.sunset), text)
    except DocumentRefused as refusal:
        told = (format_error(one, code=refusal.code, snapshot=snapshot) for one in refusal.errors)
        raise InvalidInput("\n".join(map(_line, told)), code=refusal.code, field="text") from refusal


def note_use(known: Known) -> None:
    """Keep that a document was asked for today: one write a day for each, never waited for, and never failing the call."""
    today = timezone.localdate()
    if known.used_on == today:
        return
    if note_day(TrustedDocument.objects.filter(pk=known.pk), today):
        # So that the next call reads the day along.
        forget(digest_of(known.text))


def _line(error: dict[str, object]) -> str:
    places: list[dict[str, int]] = error.get("locations") or []  # type: ignore[assignment]
    if not places:
        return str(error["message"])
    told = {"line": places[0]["line"], "column": places[0]["column"], "message": error["message"]}
    return _("Line %(line)s, column %(column)s: %(message)s") % told


def _told(row: TrustedDocument) -> dict[str, str]:
    return {"digest": row.digest, "name": row.name, "client": row.client.name if row.client else ""}
