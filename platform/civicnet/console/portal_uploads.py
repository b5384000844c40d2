"""The door for files of portals: the raw body of a POST with a key, written to disk as it comes, answered with an id.

No form and no multipart body: there is nothing beside the file to send, and no browser's session that could be misused.
"""

from __future__ import annotations

import time
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from civicnet.contract import Actor, CivicNetError, InvalidInput, require
from civicnet.exchange.errors import BrokenFile, FileTooLarge
from civicnet.exchange.files import MEGABYTE, MOST_MEGABYTES_OF_TEXT
from civicnet.exchange.models import Upload
from civicnet.exchange.permissions import can_upload
from civicnet.exchange.uploads import keep_upload
from civicnet.gateway.budget.charging import charge
from civicnet.gateway.errors import plain_error
from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.lengths import body_length
from civicnet.gateway.http.negotiation import JSON
from civicnet.gateway.http.responding import answer_of, respond
from civicnet.gateway.http.who import who
from civicnet.gateway.traffic import count_answer, count_refused

# As a root field, and for each megabyte that is looked through and sealed.
COST, COST_OF_MEGABYTE = 50, 10
_BLOCK = 64 * 1024


@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """``POST /api/uploads?name=roster.xlsx`` with the file as body and a key; 201 with the id by which an import begins."""
    actor: Actor | None = None
    began = time.perf_counter()
    try:
        # A session is no way in, so that no other site can send a file in somebody's name.
        actor = who(request)
        require(can_upload(actor))
        length = _length(request)
        cost = COST + COST_OF_MEGABYTE * (length // MEGABYTE)
        charge(request.META, actor, cost)
        with TemporaryFile() as file:
            _receive(request, file, length)
            kept = keep_upload(file=file, name=request.GET.get("name", ""), actor=actor)
    except CivicNetError as error:
        count_refused(actor, error.code)
        return _answer({"errors": [_told(error)]}, error.status, **error.headers)
    count_answer(actor, cost=cost, ms=(time.perf_counter() - began) * 1000)
    return _answer({"upload": _shown(kept)}, 201)


def _length(request: HttpRequest) -> int:
    length = body_length(request.META)
    if length is None:
        raise BadRequest("LENGTH_REQUIRED", _("Say by Content-Length how many bytes the file has."), 411)
    if length > MOST_MEGABYTES_OF_TEXT * MEGABYTE:
        raise FileTooLarge(limit=MOST_MEGABYTES_OF_TEXT)
    if not request.GET.get("name"):
        raise InvalidInput(_("Say what the file is called: ?name=roster.xlsx"), field="name")
    return length


def _receive(request: HttpRequest, file: IO[bytes], length: int) -> None:
    received = 0
    try:
        while block := request.read(_BLOCK):
            file.write(block)
            received += len(block)
    except UnreadablePostError as error:
        raise BrokenFile() from error
    if received != length:
        raise BrokenFile()


def _told(error: CivicNetError) -> dict[str, Any]:
    entry = plain_error(error.code, error)
    if error.field:
        entry["extensions"]["field"] = error.field
    return entry


def _shown(kept: Upload) -> dict[str, Any]:
    return {
        "id": str(kept.pk),
        "fileName": kept.file_name,
        "bytes": kept.size,
        "sha256": kept.sha256,
        "expiresAt": kept.expires_at.isoformat(),
    }


def _answer(payload: dict[str, Any], status: int, **headers: str) -> HttpResponse:
    response = respond(answer_of(payload, JSON, status, **headers))
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("uploads", upload, name="uploads")]
