"""The dictionary and the list of leaders: every change by somebody who keeps them, and recorded."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.errors import WordGone
from civicnet_publicity.models import Leader, ListedWord, WordKind
from civicnet_publicity.permissions import can_keep_words
from civicnet_publicity.selectors.sheets import tidy

_START = Path(__file__).resolve().parent.parent / "data" / "words.csv"


@transaction.atomic
def keep_word(
    *,
    actor: Actor,
    wrong: str,
    right: str = "",
    kind: str = WordKind.MISSPELT,
    severity: str = Severity.WARNING,
    exceptions: str = "",
    reason: str = "",
    source: str = "",
) -> ListedWord:
    """Put a word into the dictionary, or change what is said of it; saying the same twice changes nothing.

    Raises:
        Refused: the actor does not keep the dictionary.
        InvalidInput: there is no word, it is right as it is, or one of the texts is too long.
    """
    require(can_keep_words(actor))
    # As a sheet would read it: what goes out is to be found again when it comes in.
    wrong, right = tidy(wrong), tidy(right)
    if not wrong or wrong == right:
        raise InvalidInput(
            _("Write the word that should not stand in a text, and another to write instead."), field="wrong"
        )
    longer = [line.strip() for line in exceptions.splitlines() if line.strip()]
    if stray := next((word for word in longer if wrong not in word or wrong == word), None):
        said = _("The exception “%(word)s” is no longer word with “%(wrong)s” in it.")
        raise InvalidInput(said % {"word": stray, "wrong": wrong}, field="exceptions")
    facts = {
        "right": right,
        "kind": str(kind),
        "severity": str(severity),
        "exceptions": "\n".join(longer),
        "reason": tidy(reason),
        "source": tidy(source),
    }
    word = ListedWord.objects.select_for_update().filter(wrong=wrong).first() or ListedWord(wrong=wrong)
    _keep(word, facts, actor, "publicity.keep_word")
    return word


@transaction.atomic
def drop_word(*, actor: Actor, pk: int) -> None:
    """Take a word out of the dictionary.

    Raises:
        Refused: the actor does not keep the dictionary.
        WordGone: it is out already.
    """
    _drop(ListedWord, pk, actor, "publicity.drop_word")


@transaction.atomic
def keep_leader(
    *,
    actor: Actor,
    name: str,
    title: str,
    order: int,
    since: date | None = None,
    until: date | None = None,
    pk: int | None = None,
) -> Leader:
    """Put somebody into the list of leaders, or change the entry ``pk``; several may share a place in the order.

    Raises:
        Refused: the actor does not keep the list.
        InvalidInput: name or title are missing or there already, or it ends before it begins.
        WordGone: there is no entry ``pk``.
    """
    require(can_keep_words(actor))
    found = Leader.objects.select_for_update().filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise WordGone()
    leader = found or Leader()
    facts = {"name": tidy(name), "title": tidy(title), "order": order, "since": since, "until": until}
    _keep(leader, facts, actor, "publicity.keep_leader")
    return leader


@transaction.atomic
def drop_leader(*, actor: Actor, pk: int) -> None:
    """Take an entry out of the list of leaders.

    Raises:
        Refused: the actor does not keep the list.
        WordGone: it is out already.
    """
    _drop(Leader, pk, actor, "publicity.drop_leader")


@transaction.atomic
def keep_start_set(*, actor: Actor) -> int:
    """Put the published confusions of characters that come with the plugin into the dictionary; returns how many were new.

    What is in the dictionary already stays as the office has it.
    """
    require(can_keep_words(actor))
    known = set(ListedWord.objects.values_list("wrong", flat=True))
    with _START.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["wrong"] not in known]
    for row in rows:
        keep_word(actor=actor, **row | {"exceptions": row["exceptions"].replace("|", "\n")})
    return len(rows)


def _keep(row: Any, facts: dict[str, Any], actor: Actor, action: str) -> None:
    before = {name: getattr(row, name) for name in facts} if row.pk else {}
    if before == facts:
        return
    for name, value in facts.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        field = next(iter(error.message_dict))
        raise InvalidInput(error.messages[0], field=None if field == "__all__" else field) from error
    row.save()
    record(actor=actor, action=action, subject=row, before=_plain(before), after=_plain(facts))


def _drop(model: Any, pk: int, actor: Actor, action: str) -> None:
    require(can_keep_words(actor))
    row = model.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise WordGone()
    record(actor=actor, action=action, subject=row, before={"entry": str(row)}, operation=Operation.DELETE)
    row.delete()


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
