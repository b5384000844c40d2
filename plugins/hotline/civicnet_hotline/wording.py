"""Wording: what people typed, as plain text that every database, XML and screen can hold."""

from __future__ import annotations

import re
import unicodedata

# Signs that XML 1.0 cannot carry at all (and PostgreSQL not the first of them); tab and line break are kept.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_text(text: str) -> str:
    """The text without control signs, with one kind of line break and no space around it."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """The text on one line, full-width digits and letters made plain."""
    return " ".join(unicodedata.normalize("NFKC", plain_text(text)).split())
