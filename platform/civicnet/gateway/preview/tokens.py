"""Tokens: what a preview may show and in whose name, signed with the secret key of this installation."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Literal

from django.conf import settings
from django.core import signing

from civicnet.gateway.preview.errors import PreviewExpired, PreviewInvalid

# Keys of SECRET_KEY_FALLBACKS still open what was signed with them.
_SALT = "civicnet.gateway.preview"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """One text: a revision of a page of a type, on a site, in the name of a person or client that may see it."""

    type: str
    page: int
    revision: int
    site: int
    kind: Literal["staff", "client"]
    by: int


def signed(claim: Claim) -> str:
    """The claim as a token. Anybody can read it, nobody can write another."""
    return signing.TimestampSigner(salt=_SALT).sign_object(list(astuple(claim)))


def claim_of(token: str) -> Claim:
    """What a token claims; whether that still holds is not looked at.

    Raises:
        PreviewExpired: it is ours, and older than ``CIVICNET_PREVIEW_SECONDS``.
        PreviewInvalid: it is not ours.
    """
    if len(token) > _LONGEST:
        raise PreviewInvalid
    try:
        return Claim(
            *signing.TimestampSigner(salt=_SALT).unsign_object(token, max_age=settings.CIVICNET_PREVIEW_SECONDS)
        )
    except signing.SignatureExpired as error:
        raise PreviewExpired from error
    # What another release has signed may say something else.
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise PreviewInvalid from error
