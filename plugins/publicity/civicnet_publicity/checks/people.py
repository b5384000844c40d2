"""Leaders: each name with its right title, and names one after another in the order of the list.

Only what a text claims is looked at: a name without a title beside it is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known, Office
from civicnet_publicity.checks.parts import Parts, Piece

# Words with which titles end.
_ENDS = (
    "书记|秘书长|检察长|省长|市长|州长|县长|区长|旗长|镇长|乡长|主席|主任|部长|厅长|局长|院长|处长|科长|会长|行长|"
    "常委|委员|组长|政委|司令员|总经理|董事长"
)
_BEFORE = re.compile(rf"(?P<claim>[\u4e00-\u9fff·、]{{0,30}}(?:{_ENDS}))(?:同志)?$")
_AFTER = re.compile(rf"^(?P<claim>(?:副|常务副)?(?:{_ENDS}))")
# Between names of an enumeration stand commas and titles, and nothing that a sentence is made of.
_BETWEEN = re.compile(rf"(?:同志)?(?:[、，,]|和|及|以及|与)\s*(?:[\u4e00-\u9fff·、]{{0,30}}(?:{_ENDS}))?\s*")
_DEPUTY = ("副", "原", "前", "代")
_LOOKED_BACK = 36


@dataclass(frozen=True, slots=True)
class _Named:
    office: Office
    start: int
    end: int


def people(parts: Parts, known: Known) -> Iterator[Finding]:
    """Wrong titles, titles that have ended, and names out of order."""
    offices: dict[str, list[Office]] = {}
    for office in known.leaders:
        offices.setdefault(office.name, []).append(office)
    if not offices:
        return
    pattern = re.compile("|".join(sorted(map(re.escape, offices), key=len, reverse=True)))
    for piece in parts.pieces:
        named = []
        for match in pattern.finditer(piece.text):
            held = [one for one in offices[match[0]] if one.holds_on(known.today)]
            yield from _titles(piece, match.start(), match.end(), offices[match[0]], held)
            if held:
                named.append(_Named(min(held, key=lambda one: one.order), match.start(), match.end()))
        yield from _order(piece, named)


def _titles(
    piece: Piece, start: int, end: int, all_offices: Sequence[Office], held: Sequence[Office]
) -> Iterator[Finding]:
    before = _BEFORE.search(piece.text[max(0, start - _LOOKED_BACK) : start])
    after = _AFTER.match(piece.text[end:])
    claim = before["claim"] if before else after["claim"] if after else ""
    if not claim or any(_fits(claim, one) for one in held):
        return
    name = piece.text[start:end]
    begin, stop = (start - len(before[0]), end) if before else (start, end + len(claim))
    # What stands before the title may belong to the sentence: the finding shows the name with the end of the claim.
    begin = max(begin, start - 12) if before else begin
    if not held:
        ended = [one for one in all_offices if _fits(claim, one)]
        if ended:
            said = _("%(name)s does not hold the office “%(title)s” on this day.")
            yield piece.finding("leader_title_ended", Severity.WARNING, said % {"name": name, "title": ended[0].title},
                                begin, stop)  # fmt: skip
        return
    right = held[0].title
    said = _("The list of leaders has %(name)s as “%(title)s”.") % {"name": name, "title": right}
    yield piece.finding("leader_title", Severity.BLOCKER, said, begin, stop, suggestion=f"{right}{name}")


def _fits(claim: str, office: Office) -> bool:
    """Whether a claim ends with the title or one of its parts, and with no word before it that makes it another."""
    for part in (office.title, *re.split("[、，,]", office.title)):
        if part and claim.endswith(part) and not claim[: -len(part)].endswith(_DEPUTY):
            return True
        # "书记" alone, before the name or after it, is short for the title; for that of a deputy it is too much.
        if part and part.endswith(claim) and not part.endswith(f"副{claim}"):
            return True
    return False


def _order(piece: Piece, named: Sequence[_Named]) -> Iterator[Finding]:
    run: list[_Named] = []
    for one in named:
        if run and not _BETWEEN.fullmatch(piece.text[run[-1].end : one.start]):
            yield from _out_of_order(piece, run)
            run = []
        run.append(one)
    yield from _out_of_order(piece, run)


def _out_of_order(piece: Piece, run: Sequence[_Named]) -> Iterator[Finding]:
    right = sorted(run, key=lambda one: one.office.order)
    if [one.office for one in right] == [one.office for one in run]:
        return
    names = "、".join(one.office.name for one in right)
    said = _("By the list of leaders the order is: %(names)s.") % {"names": names}
    yield piece.finding("leader_order", Severity.BLOCKER, said, run[0].start, run[-1].end, suggestion=names)
