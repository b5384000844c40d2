"""Errors a caller can name: a class, a code, and a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _


class CivicNetError(Exception):
    """Something was asked that cannot be done; nothing has changed.

    ``code`` is stable and machine-readable; ``message`` says what to do; ``field`` names the input at fault, if one is.
    ``headers`` go with the answer where it is one by HTTP.
    """

    code = "ERROR"
    status = 400
    message: Any = _("This cannot be done.")
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, message: Any = None, *, code: str | None = None, field: str | None = None) -> None:
        self.message = message if message is not None else self.message
        self.code = code or self.code
        self.field = field
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(CivicNetError):
    """The input breaks a rule; ``field`` says which part of it."""

    code = "INVALID_INPUT"


class NotFound(CivicNetError):
    """There is no such thing, or the actor may not know of it: the two are not told apart."""

    code = "NOT_FOUND"
    status = 404
    message = _("There is nothing here that you can see.")


class Refused(CivicNetError):
    """The actor may not do this."""

    code = "FORBIDDEN"
    status = 403
    message = _("Your post does not allow this. Ask your administrator if you need it.")


class Conflict(CivicNetError):
    """The thing has moved on since, or something else stands in the way."""

    code = "CONFLICT"
    status = 409
    message = _("This has changed meanwhile. Reload and look again.")


def require(allowed: bool) -> None:
    """Raise ``Refused`` unless the permission question was answered with yes."""
    if not allowed:
        raise Refused()
