"""Fonts that approval sheets as PDF can carry with them: where they are looked for, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

# Where Debian's packages put Chinese fonts with TrueType outlines, those with the most signs first. Others, such as Noto's,
# have PostScript outlines, which reportlab cannot embed.
PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
    "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf",
)
PACKAGE = "fonts-wqy-microhei"


def found_font() -> str:
    """The first of them that is there; empty where none is."""
    return next((path for path in PLACES if Path(path).is_file()), "")


def font_problems(**_given: Any) -> list[checks.CheckMessage]:
    """A font that was named can be embedded."""
    named = str(settings.CIVICNET_PDF_FONT)
    if not named:
        return []
    # Only here, because it takes long to import and most starts need it not.
    from civicnet_publicity.sheet_type import UnusableFont, read_font

    try:
        read_font(named)
    except UnusableFont as error:
        hint = f"Name a font with TrueType outlines (.ttf, .ttc), such as that of Debian's {PACKAGE}."
        return [checks.Error(f"CIVICNET_PDF_FONT cannot be embedded: {error}", hint=hint, id="civicnet.publicity.E001")]
    return []


def missing_font(**_given: Any) -> list[checks.CheckMessage]:
    """Asked with ``check --deploy``: sheets are kept for decades, and should carry their type with them."""
    if settings.CIVICNET_PDF_FONT or found_font():
        return []
    return [
        checks.Info(
            "No Chinese font is found that approval sheets as PDF could carry with them: each reader sets them in its own.",
            hint=f"apt-get install {PACKAGE}, or name another font with TrueType outlines in CIVICNET_PDF_FONT.",
            id="civicnet.publicity.I001",
        )
    ]
