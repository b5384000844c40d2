"""The approval sheet in the reader's words: the same rows on the screen, in the editor and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civicnet_publicity.models import ApprovalSheet, MadeUpStep
from civicnet_publicity.selectors.passages import moment


def status_word(status: str) -> str:
    """What became of a step."""
    return {
        "in_progress": pgettext("step", "open"),
        "approved": pgettext("step", "approved"),
        "rejected": pgettext("step", "returned"),
        "skipped": pgettext("step", "left out, to be made up"),
        "cancelled": pgettext("step", "ended without a decision"),
    }.get(status, status)


def head_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the sheet is about."""
    asked, urgent = facts["asked"], facts["urgent"]
    rows = [
        (_("Title"), facts["title"]),
        (_("Column"), facts["column"]),
        (_("Index number"), facts["index_number"]),
        (_("Written by"), "、".join(facts["authors"])),
        (_("Submitted by"), f"{asked['by']} {asked['at']}".strip()),
        (_("Workflow"), facts["workflow"]),
        (_("Version"), f"{facts['version']}"),
    ]
    if urgent:
        rows.append((_("Urgent path"), f"{urgent['by']} {urgent['at']}  {urgent['reason']}"))
    return [row for row in rows if row[1]]


def told_step(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step with its status in words."""
    return {**step, "told": status_word(step["status"])}


def told_made_up(steps: Sequence[MadeUpStep]) -> list[dict[str, Any]]:
    """What was made up, or is to be."""
    return [{"step": one, "told": str(one.get_verdict_display()) or pgettext("step", "open")} for one in steps]


def seal_sentence(sheet: ApprovalSheet, *, intact: bool) -> str:
    """When the sheet was sealed, and whether it is what was sealed."""
    gaps = {"number": sheet.pk, "at": moment(sheet.sealed_at), "digest": sheet.digest}
    if not intact:
        return (
            _("Sheet %(number)d was sealed at %(at)s and HAS BEEN CHANGED since: the audit holds another digest.")
            % gaps
        )
    return _("Sheet %(number)d, sealed at %(at)s and unchanged since; its digest in the audit: %(digest)s") % gaps


def file_name(sheet: ApprovalSheet) -> str:
    """What the sheet is called outside the house: no sign in it that a disk refuses."""
    title = "".join(sign for sign in sheet.title if sign.isalnum() or sign in " -_")[:60].strip()
    return f"{_('Approval sheet')} {sheet.pk} {title}.pdf"
