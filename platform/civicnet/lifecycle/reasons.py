"""Reasons: the sentence that goes with every act on plugins."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput

LONGEST = 500


def checked_reason(reason: str) -> str:
    """The reason in one line.

    Raises:
        InvalidInput: there is none, or it is too long.
    """
    # Half signs, as JSON can carry them, are taken by no database.
    why = " ".join(reason.replace("\0", " ").encode(errors="replace").decode().split())
    if not why:
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    if len(why) > LONGEST:
        raise InvalidInput(_("A reason has %(most)d characters at most.") % {"most": LONGEST}, field="reason")
    return why
