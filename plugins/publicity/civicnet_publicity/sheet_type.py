"""The type of approval sheets: a font of this machine that goes along in the file, or one that readers of PDF bring along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from civicnet_publicity.sheet_fonts import found_font

# Of Adobe's Chinese collection, which readers have or replace: nothing is embedded, and no file of a font is needed.
BROUGHT_ALONG = "STSong-Light"
_FIRST_PLANE = 0xFFFF
_LATIN = re.compile(r"[!-~]+(?: +[!-~]+)*")


class UnusableFont(ValueError):
    """A file holds no font that can be embedded; what is said is reportlab's, for whoever runs the platform."""


class Typeface:
    """The type of a sheet, which reportlab knows by ``name``. Without a font to embed it is what readers bring along."""

    def __init__(self, font: TTFont | None) -> None:
        self._font = font
        self.name: str = font.fontName if font else BROUGHT_ALONG
        pdfmetrics.registerFont(UnicodeCIDFont(BROUGHT_ALONG))
        if font:
            pdfmetrics.registerFont(font)

    def marked(self, text: str) -> str:
        """A text as paragraphs take it: signs that the type lacks are set in another, or told by their number."""
        return "".join(self._runs("".join(map(self._shown, text)))).replace("\n", "<br/>")

    def _shown(self, sign: str) -> str:
        # What readers bring along has no sign beyond the first plane: it would leave a gap in somebody's name.
        return sign if ord(sign) <= _FIRST_PLANE or self._has(sign) else f"[U+{ord(sign):X}]"

    def _runs(self, text: str) -> Iterator[str]:
        if self._font is None:
            # Substitutes of the Chinese type lack Latin letters and figures in some readers.
            yield _LATIN.sub(lambda run: _set_in("Helvetica", run[0]), text)
            return
        for is_known, signs in groupby(text, key=lambda sign: sign == "\n" or self._has(sign)):
            run = "".join(signs)
            yield escape(run) if is_known else _set_in(BROUGHT_ALONG, run)

    def _has(self, sign: str) -> bool:
        return self._font is not None and ord(sign) in self._font.face.charToGlyph


def typeface() -> Typeface:
    """The type that sheets are set in: of ``CIVICNET_PDF_FONT`` or the first font found, read once for each process."""
    return _typeface(str(settings.CIVICNET_PDF_FONT))


def read_font(path: str) -> TTFont:
    """The font in a file.

    Raises:
        UnusableFont: there is none, or none that can be embedded.
    """
    try:
        # Its own name may be one that stands for another font, such as Helvetica.
        return TTFont(f"sheet {Path(path).stem}", path)
    except (TTFError, OSError) as error:
        raise UnusableFont(str(error)) from error
    except Exception as error:  # What is damaged inside, reportlab meets with whatever it stumbles over.
        raise UnusableFont(f"{type(error).__name__} {error}") from error


@cache
def _typeface(named: str) -> Typeface:
    path = named or found_font()
    try:
        return Typeface(read_font(path) if path else None)
    except UnusableFont:
        # The check has told whoever runs the platform; a sheet is not kept back for that.
        return Typeface(None)


def _set_in(font: str, run: str) -> str:
    return f'<font name="{font}">{escape(run)}</font>'
