"""Defining: what holds of every definition, whichever plugin keeps it. Permissions and the audit record are the plugin's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput, NotFound
from civicnet.lifecycle.generation import bump
from civicnet.records.errors import BadKey, HoldsValues, KeyTaken
from civicnet.records.kinds import kinds
from civicnet.records.kinds.choosing import LONGEST_OPTION, SEPARATORS
from civicnet.records.models import FieldDefinition, RecordType
from civicnet.records.schema import is_free

MOST_FIELDS, MOST_OPTIONS, LONGEST_KEY, LONGEST_LABEL, LONGEST_HELP = 30, 50, 40, 40, 200
# So that no two keys make the same name in a schema: after an underscore comes a letter.
_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
Defined = TypeVar("Defined", bound=FieldDefinition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A definition as somebody wants it."""

    key: str
    label: str
    kind: str
    help: str = ""
    required: bool = False
    options: Sequence[str] = ()


def check_key(key: str) -> str:
    """The key, if it can be a name for programs.

    Raises:
        BadKey: it cannot.
    """
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise BadKey()
    return key


def check_line(text: str, *, field: str, most: int, needed: bool = True) -> str:
    """A line that people read, without blanks at its ends or twice.

    Raises:
        InvalidInput: it is empty and must not be, too long, or holds a sign that nobody can read.
    """
    line = " ".join(text.split())
    if needed and not line:
        raise InvalidInput(_("Write something here."), field=field)
    if len(line) > most:
        raise InvalidInput(_("Say it in %(most)d signs.") % {"most": most}, field=field)
    if not line.isprintable():
        raise InvalidInput(_("There is a sign in it that cannot be shown."), field=field)
    return line


@transaction.atomic
def keep_definition(*, owner: RecordType, held: Defined, wanted: Wanted, reserved: Sequence[str] = ()) -> Defined:
    """Define a field of a type, or change the one that is ``held`` and has a number. The schema follows with the commit.

    Raises:
        BadKey: the key is no name, or ``reserved``.
        KeyTaken: another field of the type has this key, also a retired one; or the key of one that is there would change.
        HoldsValues: the kind would change and values are stored.
        InvalidInput: there is no such kind, the label or the options do not do, or there are too many fields.
    """
    others = _others(owner, held)
    if held.pk is None:
        held.key = _free_key(wanted.key, [*others], reserved)
        if len(others) >= MOST_FIELDS:
            raise InvalidInput(_("A type has %(most)d fields at most.") % {"most": MOST_FIELDS})
        held.order = max((one.order for one in others), default=0) + 1
    elif wanted.key != held.key:
        raise KeyTaken(_("The key of a field stays: programs call it by this name."))
    known = {kind.name: kind for kind in kinds()}
    if wanted.kind not in known:
        raise InvalidInput(_("There is no such kind of field."), field="kind")
    if held.used_at is not None and wanted.kind != held.kind:
        raise HoldsValues()
    options = _options(wanted.options) if known[wanted.kind].has_options else []
    before = {*held.options, *held.former} if held.used_at is not None else set()
    held.former = sorted(before - set(options))
    held.label = check_line(wanted.label, field="label", most=LONGEST_LABEL)
    held.help = check_line(wanted.help, field="help", most=LONGEST_HELP, needed=False)
    held.kind, held.required, held.options = wanted.kind, wanted.required, options
    held.save()
    bump()
    return held


@transaction.atomic
def retire_definition(*, held: Defined) -> Defined:
    """Ask for a field no more, and show it no more. What is stored stays; the schema keeps the field for a time."""
    if held.retired_on is None:
        held.retired_on = timezone.localdate()
        held.save(update_fields=["retired_on"])
        bump()
    return held


@transaction.atomic
def restore_definition(*, held: Defined) -> Defined:
    """Ask for a retired field again, with the values that are stored."""
    if held.retired_on is not None:
        held.retired_on = None
        held.save(update_fields=["retired_on"])
        bump()
    return held


@transaction.atomic
def move_definition(*, owner: RecordType, held: Defined, up: bool) -> Defined:
    """Let a field change places with the one before it, or after it; at the end of the list nothing changes.

    Raises:
        NotFound: it is not one of the fields that are asked for.
    """
    rows: list[Any] = [one for one in _all(owner) if one.retired_on is None]
    at = next((number for number, one in enumerate(rows) if one.pk == held.pk), None)
    if at is None:
        raise NotFound()
    to = max(at - 1, 0) if up else min(at + 1, len(rows) - 1)
    rows[at], rows[to] = rows[to], rows[at]
    for order, one in enumerate(rows, start=1):
        if one.order != order:
            one.order = order
            one.save(update_fields=["order"])
    bump()
    return rows[to]  # type: ignore[no-any-return]


def note_used(*, definitions: QuerySet[Any], keys: Iterable[str]) -> None:
    """Remember that values of the fields with these keys are stored, once and for all. One statement."""
    definitions.filter(key__in=list(keys), used_at=None).update(used_at=timezone.now())


def _all(owner: RecordType) -> list[FieldDefinition]:
    return list(owner.fields.order_by("order", "pk"))  # type: ignore[attr-defined]


def _others(owner: RecordType, held: FieldDefinition) -> list[FieldDefinition]:
    return [one for one in _all(owner) if one.pk != held.pk]


def _free_key(key: str, others: Sequence[FieldDefinition], reserved: Sequence[str]) -> str:
    check_key(key)
    if key in reserved or not is_free(key):
        raise KeyTaken(_("This key stands for something else in the interface. Choose another one."))
    taken = next((one for one in others if one.key == key), None)
    if taken is not None and taken.retired_on is not None:
        raise KeyTaken(
            _("The retired field “%(label)s” has this key. Take it up again, or choose another key.") % {"label": taken}
        )
    if taken is not None:
        raise KeyTaken(_("The field “%(label)s” has this key already.") % {"label": taken})
    return key


def _options(given: Sequence[str]) -> list[str]:
    options = [" ".join(one.split()) for one in given if one.strip()]
    if not options:
        raise InvalidInput(_("List what may be chosen, one on each line."), field="options")
    if len(options) > MOST_OPTIONS:
        raise InvalidInput(_("A list has %(most)d options at most.") % {"most": MOST_OPTIONS}, field="options")
    for one in options:
        if SEPARATORS.search(one):
            raise InvalidInput(_("No option holds 、 or ；: they stand between options in sheets."), field="options")
        check_line(one, field="options", most=LONGEST_OPTION)
    if len(set(options)) < len(options):
        raise InvalidInput(_("An option stands there twice."), field="options")
    return options
