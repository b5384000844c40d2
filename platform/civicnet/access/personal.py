"""All that is held about one person, everywhere: found, handed out, erased; and what is past its time, purged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civicnet.access import keepers
from civicnet.access.keepers import Held
from civicnet.access.models import PersonalAct, PersonalActKind
from civicnet.access.person import Person
from civicnet.access.reveals import stated_reason
from civicnet.contract import Actor, Conflict, PersonalQuery, require
from civicnet.ledger.services import record


class PersonAmbiguous(Conflict):
    """The number belongs to several people."""

    code = "PERSON_AMBIGUOUS"
    message = _("Several people are held under this number. Ask by ID number instead.")


class HolderSilent(Conflict):
    """A plugin cannot be asked."""

    code = "HOLDER_SILENT"


@dataclass(frozen=True, slots=True)
class Found:
    """What everybody answered, and the question as wide as the answers made it."""

    query: PersonalQuery
    held: list[Held]

    @property
    def obstacles(self) -> list[Held]:
        """What keeps the person from being erased yet."""
        return [one for one in self.held if one.record.obstacle]


def find_person(person: Person) -> Found:
    """What is held. One answer may widen the question, so everybody is asked until nothing new comes.

    Raises:
        PersonAmbiguous: one plugin knows several people under what was given.
    """
    query = person.query()
    while True:
        held = keepers.ask(query)
        wider = _widened(query, held)
        if wider == query:
            return Found(query, held)
        query = wider


@transaction.atomic
def export_person(*, person: Person, actor: Actor, reason: str, operator: str = "") -> dict[str, Any]:
    """Everything that is held, each value with its purpose and retention, as the person has a right to know it.

    Raises:
        Refused: not by a person on a screen; the command asks.
        InvalidInput: nobody was named, or the reason says nothing.
        PersonAmbiguous: see ``find_person``.
    """
    require(actor.kind == "system")
    why = stated_reason(reason)
    found = find_person(person)
    counts = _by_holder(found.held)
    _register(PersonalActKind.EXPORT, person.digest(), counts, actor, why, operator)
    return {
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "records": [_told(one) for one in found.held],
        "not_asked": keepers.silent(),
    }


@transaction.atomic
def erase_person(*, person: Person, actor: Actor, reason: str, operator: str = "") -> dict[str, int]:
    """Erase the person everywhere, or nowhere; returns rows by holder.

    Raises:
        Refused: not by a person on a screen; the command asks.
        InvalidInput: nobody was named, or the reason says nothing.
        Conflict: somebody must keep the person yet, or a plugin cannot be asked (HOLDER_SILENT).
    """
    require(actor.kind == "system")
    why = stated_reason(reason)
    if silent := keepers.silent():
        sentence = _("These plugins could not be loaded, and may hold more: %(plugins)s. Mend or remove them first.")
        raise HolderSilent(sentence % {"plugins": ", ".join(silent)})
    found = find_person(person)
    done = keepers.erase(found.query, actor, why)
    _register(PersonalActKind.ERASE, person.digest(), done, actor, why, operator)
    return done


def purge(*, actor: Actor, now: datetime | None = None) -> dict[str, int]:
    """Erase what is past its retention, everywhere; returns rows by holder.

    Raises:
        Refused: not by a person; the schedule does it.
    """
    require(actor.kind == "system")
    done = keepers.forget(now or timezone.now(), actor)
    if any(done.values()):
        with transaction.atomic():
            _register(PersonalActKind.PURGE, "", done, actor, "", "")
    return done


def _register(
    kind: PersonalActKind, digest: str, counts: dict[str, int], actor: Actor, reason: str, operator: str
) -> None:
    act = PersonalAct.objects.create(kind=kind, subject_digest=digest, counts=counts)
    after = {"person": digest, "rows": counts, **({"operator": operator} if operator else {})}
    record(actor=actor, action=f"access.personal_{kind.lower()}", subject=act, after=after, reason=reason)


def _widened(query: PersonalQuery, held: list[Held]) -> PersonalQuery:
    people: dict[str, set[str]] = {}
    for one in held:
        if one.record.person:
            people.setdefault(one.holder, set()).add(one.record.person)
    if any(len(keys) > 1 for keys in people.values()):
        raise PersonAmbiguous()
    return replace(
        query,
        people=query.people.union(*people.values()),
        accounts=query.accounts | {one.record.account for one in held if one.record.account is not None},
        names=query.names | {one.record.name for one in held if one.record.name},
    )


def _told(held: Held) -> dict[str, Any]:
    record, language = held.record, get_language() or "en"
    declared = {
        one.field.field: one.field
        for one in keepers.declared()
        if one.holder == held.holder and one.field.model == record.model
    }
    return {
        "holder": held.holder,
        "model": record.model,
        "key": record.key,
        "about": record.label,
        "since": record.since.isoformat() if record.since else None,
        "values": [
            {
                "field": name,
                "value": value,
                "purpose": said(declared[name].purpose, language),
                "retention_days": declared[name].retention_days,
                "counted_from": said(declared[name].counted_from, language),
            }
            for name, value in record.values.items()
        ],
    }


def said(sentence: dict[str, str], language: str) -> str:
    """A sentence of a manifest in a language, or in the one there is."""
    return sentence.get(language) or sentence.get("en") or next(iter(sentence.values()), "")


def _by_holder(held: list[Held]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in held:
        counts[one.holder] = counts.get(one.holder, 0) + 1
    return counts
