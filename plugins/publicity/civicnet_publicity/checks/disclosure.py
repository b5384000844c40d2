"""The head of a disclosed document: what has to stand there, and what cannot stand there together.

Sources: 政府公开信息核心元数据 (index number and name mandatory, contents optional), the heads of documents as governments
publish them (发布机构, 成文日期, 主题分类, 有效性), and, for interpretations, the rule of inspections of government sites:
政策解读 is linked with the document that it explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts

_INTERPRETS = re.compile(r"政策解读|一图读懂|图解[：:《]|[》】](?:的)?(?:政策)?(?:解读|图解)")
_EXPECTED = ("issuing_body", "document_date", "theme_class", "validity")


def disclosure(parts: Parts, known: Known) -> Iterator[Finding]:
    """Of columns of disclosure what is missing; of all articles what contradicts itself."""
    if parts.disclosed:
        yield from _missing(parts)
    yield from _validity(parts, known.today)
    if _INTERPRETS.search(parts.text("title")) and not parts.has_policy:
        said = _("An interpretation leads to the document that it explains: add a block “policy and interpretation”.")
        yield Finding("interpretation_unlinked", Severity.WARNING, said, "body")


def _missing(parts: Parts) -> Iterator[Finding]:
    said = {
        "issuing_body": _("Of a disclosed document say which office issued it."),
        "document_date": _("Of a disclosed document say on which day it was made."),
        "theme_class": _("Of a disclosed document name the subject class, by which readers find it."),
        "validity": _("Of a disclosed document say whether it is in force."),
    }
    for name in _EXPECTED:
        if not (parts.document_date if name == "document_date" else getattr(parts.disclosure, name)):
            yield Finding(f"disclosure_{name}", Severity.WARNING, said[name], name)


def _validity(parts: Parts, today: date) -> Iterator[Finding]:
    told = parts.disclosure
    begins, ends = told.valid_from, told.valid_until
    if begins and ends and ends < begins:
        said = _("It ends before it begins: correct one of the two days.")
        yield Finding("validity_order", Severity.BLOCKER, said, "valid_until", excerpt=ends.isoformat())
    elif ends and told.validity == "IN_FORCE" and ends < today:
        said = _("It is called in force, and the last day on which it was has passed.")
        yield Finding("validity_past", Severity.WARNING, said, "validity", excerpt=ends.isoformat())
    elif told.validity in ("LAPSED", "REPEALED") and not ends:
        said = _("Say until which day it was in force.")
        yield Finding("validity_end", Severity.WARNING, said, "valid_until")
    elif told.validity == "REPEALED" and ends and ends > today:
        said = _("It is called repealed, and the day of its repeal is yet to come.")
        yield Finding("validity_ahead", Severity.WARNING, said, "validity", excerpt=ends.isoformat())
