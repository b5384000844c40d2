"""What codes of organisations mean today. A recoding or a merger gives codes up, and sheets go on saying them for years."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from civicnet.access.models import AliasKind, Organisation, OrganisationAlias
from civicnet.ledger.among import Among

_FACTS = ("pk", "code", "name", "kind", "path", "valid_to")


class Numbered(NamedTuple):
    """An organisation, as far as whoever reads its code has to know it."""

    pk: int
    code: str
    name: str
    kind: str
    path: str
    valid_to: date | None

    @property
    def is_closed(self) -> bool:
        """Whether it exists no more today."""
        return self.valid_to is not None and self.valid_to <= timezone.localdate()


class CodeMeaning(NamedTuple):
    """What a code means: who has it, and who works under it ``today``.

    ``own`` is None where the code was given up by a recoding. ``today`` is closed where nobody took over. ``former`` are all
    codes that lead to ``today`` and are not its own: those it had, and those of what went up in it.
    """

    own: Numbered | None
    today: Numbered
    former: tuple[str, ...]


def meanings_of(codes: Iterable[str]) -> dict[str, CodeMeaning]:
    """What each of these codes means today; one that never was an organisation's is left out.

    One statement, and a second one where a code was given up, where whoever has it is closed or had another one before.
    """
    wanted = set(codes)
    renumbered = Exists(_given_up().filter(organisation=OuterRef("pk")))
    numbered = Organisation.objects.filter(Among("code", wanted)).order_by().values_list(*_FACTS, renumbered)
    own, had_others = {}, []
    for *facts, had_another in numbered:
        one = Numbered(*facts)
        own[one.code] = one
        if had_another:
            had_others.append(one.pk)
    astray = [code for code in wanted if code not in own or own[code].is_closed]
    led, former = _led_by(astray, had_others)
    today = {code: own[code] if code in own and not own[code].is_closed else led.get(code) for code in wanted}
    meant = {code: one or own.get(code) for code, one in today.items()}
    return {
        code: CodeMeaning(own.get(code), one, tuple(former.get(one.pk, ())))
        for code, one in meant.items()
        if one is not None
    }


def _led_by(codes: list[str], pks: list[int]) -> tuple[dict[str, Numbered], dict[int, list[str]]]:
    """Where codes that were given up lead, and the former codes of all organisations that come up, by key."""
    led: dict[str, Numbered] = {}
    former: dict[int, list[str]] = {}
    if codes or pks:
        reached = _given_up().filter(Among("value", codes)).values("organisation")
        which = Q(organisation__in=reached) | Q(Among("organisation", pks))
        facts = [f"organisation__{name}" for name in _FACTS]
        for code, *one in _given_up().filter(which).order_by("value").values_list("value", *facts):
            led[code] = Numbered(*one)
            former.setdefault(led[code].pk, []).append(code)
    return led, former


def _given_up() -> QuerySet[OrganisationAlias]:
    return OrganisationAlias.objects.filter(kind=AliasKind.FORMER_CODE)
