"""The approval sheet as PDF: one page or a few of A4, in type that the file carries with it where this machine has some."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from civicnet_publicity.models import ApprovalSheet, MadeUpStep
from civicnet_publicity.selectors.passages import moment
from civicnet_publicity.sheet_rows import head_rows, seal_sentence, told_made_up, told_step
from civicnet_publicity.sheet_type import typeface

_LINE, _SHADE = HexColor("#8c8c8c"), HexColor("#f0f0f0")
_MARGIN = 18 * mm


def pdf_of(sheet: ApprovalSheet, made_up: Sequence[MadeUpStep], *, intact: bool) -> BytesIO:
    """The sheet as it was sealed, what was made up since, and whether it is still what was sealed."""
    facts = sheet.facts
    parts: list[Flowable] = [
        _text(_("Approval sheet of the reviews and proofreads"), size=16, centred=True),
        Spacer(1, 6 * mm),
        _table(None, [list(row) for row in head_rows(facts)], (30, 144)),
        *_steps(facts["steps"]),
        *_made_up(made_up),
        *_let_pass(facts["let_pass"]),
        Spacer(1, 6 * mm),
        _text(seal_sentence(sheet, intact=intact), size=8),
    ]
    file = BytesIO()
    title = f"{_('Approval sheet')} {sheet.pk}"
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    SimpleDocTemplate(file, pagesize=A4, title=title, author="CivicNet", **margins).build(parts)
    file.seek(0)
    return file


def _steps(steps: Sequence[dict[str, Any]]) -> list[Flowable]:
    heads = [_("Step"), _("Result"), _("Version"), _("By"), pgettext("sheet", "When"), pgettext("sheet", "Comment")]
    lines = []
    for one in map(told_step, steps):
        late = f"\n{_('overdue')}" if one["late"] else ""
        lines.append([one["name"], one["told"], str(one["version"]), one["by"], one["at"] + late, one["comment"]])
    return [Spacer(1, 5 * mm), _table(heads, lines, (22, 26, 18, 26, 32, 50))]


def _made_up(steps: Sequence[MadeUpStep]) -> list[Flowable]:
    heads = [_("Step"), _("Result"), _("By"), pgettext("sheet", "When"), pgettext("sheet", "Comment")]
    lines = []
    for told in told_made_up(steps):
        one = told["step"]
        lines.append([one.name, told["told"], one.actor_label, moment(one.done_at), one.comment])
    return _headed(_("Made up after publication"), heads, lines, (26, 30, 30, 34, 54))


def _let_pass(decisions: Sequence[dict[str, Any]]) -> list[Flowable]:
    heads = [_("By"), pgettext("sheet", "When"), pgettext("sheet", "Reason"), _("Findings")]
    lines = [[one["by"], one["at"], one["reason"], "\n".join(one["findings"])] for one in decisions]
    return _headed(_("Findings that were let pass"), heads, lines, (26, 34, 50, 64))


def _headed(heading: str, heads: list[str], lines: list[list[str]], widths: tuple[int, ...]) -> list[Flowable]:
    if not lines:
        return []
    return [Spacer(1, 5 * mm), _text(heading, size=11), Spacer(1, 2 * mm), _table(heads, lines, widths)]


def _table(heads: list[str] | None, lines: list[list[str]], widths: tuple[int, ...]) -> Table:
    cells = [[_text(cell) for cell in line] for line in ([heads, *lines] if heads else lines)]
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0) if heads else (0, -1), _SHADE),
    ]
    # A comment may be longer than a page.
    return Table(cells, [width * mm for width in widths], style=style, repeatRows=1 if heads else 0, splitInRow=1)


def _text(text: str, *, size: int = 9, centred: bool = False) -> Paragraph:
    face = typeface()
    style = ParagraphStyle(
        "sheet",
        fontName=face.name,
        fontSize=size,
        leading=size * 1.5,
        # Chinese breaks between any two signs.
        wordWrap="CJK",
        alignment=TA_CENTER if centred else TA_LEFT,
    )
    return Paragraph(face.marked(text), style)
