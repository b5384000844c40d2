"""Headers by which callers and proxies may keep an answer too: what it is, who may keep it, and when to ask again."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from civicnet.gateway.cache.lifetimes import is_never_kept
from civicnet.gateway.http.calls import Call
from civicnet.gateway.http.responding import Answer

SAFE = ("GET", "HEAD")
# What decides about an answer besides its address.
VARY = "Accept, Accept-Language, Authorization, Cookie"


def etag_of(body: bytes) -> str:
    """A strong validator: equal for equal bytes, whichever process made them."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}"'


def of(call: Call, *, etag: str, keys: str, shared: int = 0) -> dict[str, str]:
    """The headers of an answer that holds no error, for this call's audience. ``shared``: seconds that a proxy may keep it."""
    told = {"ETag": etag, "Cache-Control": _control(call, shared), "Vary": VARY}
    return told | {"Surrogate-Key": keys} if keys else told


def shared_seconds(call: Call, until: float) -> int:
    """How long proxies may serve an answer without asking: by the settings, and never up to where a clock changes it."""
    if call.actor.kind != "anonymous":
        return 0
    wanted: int = settings.CIVICNET_CACHE_SHARED_SECONDS
    # We serve it meanwhile too, each time for so long anew.
    return wanted if until - time() >= 2 * wanted else 0


def finish(call: Call, answer: Answer, *, keys: str = "") -> Answer:
    """An answer that nobody keeps here, with what its reader may do: ask whether it has changed, or nothing."""
    of_one_call = call.actor.kind == "staff" or is_never_kept(call.request)
    if answer.status != 200 or answer.failed or of_one_call:
        control = "private, no-store" if of_one_call else "no-store"
        return replace(answer, headers={"Cache-Control": control, "Vary": VARY} | answer.headers)
    return replace(answer, headers=of(call, etag=etag_of(answer.body), keys=keys) | answer.headers)


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """``304 Not Modified`` for a reader who has these very bytes; only where the method is safe."""
    if request.method not in SAFE or "ETag" not in response:
        return response
    answered = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(answered, HttpResponse)  # noqa: S101 — it is the response or one without a body
    if answered is not response:
        for name in ("Surrogate-Key", "Vary"):
            if name in response:
                answered[name] = response[name]
    return answered


def _control(call: Call, shared: int) -> str:
    if call.actor.kind != "anonymous":
        return "private, max-age=0, must-revalidate"
    return "public, max-age=0, must-revalidate" + (f", s-maxage={shared}" if shared else "")
