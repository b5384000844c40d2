"""Pictures without words for those who do not see them (WCAG 2.2, 1.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts

_FILE_NAME = re.compile(
    r"(?i)(?:img|dsc|pic|image|photo|微信图片|图片|截图|屏幕截图)?[\s_\-\d()（）]*(?:\.(?:jpe?g|png|gif|webp|bmp))?"
)


def pictures(parts: Parts, known: Known) -> Iterator[Finding]:
    """No description, or the name of a file for one."""
    for at, picture in enumerate(parts.pictures):
        if picture.decorative:
            continue
        alt = picture.alt.strip()
        if not alt:
            said = _("The picture has no description: say in a sentence what it shows, or mark it as decorative.")
            yield _finding("picture_undescribed", said, picture.block, picture.number, at, alt)
        elif _is_file_name(alt):
            said = _("The picture is described by the name of its file: say in a sentence what it shows.")
            yield _finding("picture_file_name", said, picture.block, picture.number, at, alt)
    for one in parts.field_pictures:
        alt = one.alt.strip()
        if not alt:
            said = _("The picture in “%(label)s” has no description: say in the library what it shows.")
            yield Finding("picture_undescribed", Severity.WARNING, said % {"label": one.label}, one.field)
        elif _is_file_name(alt):
            said = _(
                "The picture in “%(label)s” is described by the name of its file: say in the library what it shows."
            )
            told = said % {"label": one.label}
            yield Finding("picture_file_name", Severity.WARNING, told, one.field, excerpt=alt[:80])


def _is_file_name(alt: str) -> bool:
    return bool(_FILE_NAME.fullmatch(alt) or re.search(r"(?i)\.(?:jpe?g|png|gif|webp|bmp)$", alt))


def _finding(code: str, said: str, block: str, number: int, at: int, alt: str) -> Finding:
    return Finding(code, Severity.WARNING, said, "body", block, number, at, at, excerpt=alt[:80])
