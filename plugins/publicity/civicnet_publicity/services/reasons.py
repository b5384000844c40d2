"""Reasons: the sentence that a person gives with an act, and that is kept with the change."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput


def require_reason(reason: str, *, most: int | None = None) -> None:
    """Refuse an act without a reason, or with one of more than so many signs, blanks at its ends included.

    Raises:
        InvalidInput: no reason was given, or one too long.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    if most is not None and len(reason) > most:
        raise InvalidInput(_("Say it in %(most)d signs.") % {"most": most}, field="reason")
