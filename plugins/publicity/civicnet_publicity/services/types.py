"""Types of columns: making one, and defining its fields. Forms, sites, sheets and schema follow with the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle.generation import bump
from civicnet.records.defining import (
    Wanted,
    check_key,
    check_line,
    keep_definition,
    move_definition,
    note_used,
    restore_definition,
    retire_definition,
)
from civicnet.records.errors import KeyTaken
from civicnet.records.sought import found_values
from civicnet_publicity.models import ArticlePage, ArticleTemplate, ArticleValue, ColumnField, ColumnType, ListTemplate
from civicnet_publicity.permissions import can_manage_types
from civicnet_publicity.selectors.types import column_types, offered_channels, offered_paths

LONGEST_NAME, MOST_TYPES = 40, 100
# What the interface of all types says itself: their fields have no such keys.
RESERVED = ("type_key", "type_name", "shown")


@transaction.atomic
def keep_column_type(
    *,
    actor: Actor,
    name: str,
    key: str,
    list_template: str,
    article_template: str,
    channels: Sequence[int] = (),
    workflow: int | None = None,
    pk: int | None = None,
) -> ColumnType:
    """Make a type of columns, or change the one that has the number ``pk``; its key stays.

    Raises:
        Refused: the actor does not make types.
        NotFound: there is no such type.
        BadKey: the key is no name for programs.
        KeyTaken: another type has it, or the key would change.
        InvalidInput: the name is taken or no name, there are too many types, or a template, channel or review path is not
            offered.
    """
    require(can_manage_types(actor))
    kept = _new(key) if pk is None else _held(pk)
    if pk is not None and key != kept.key:
        raise KeyTaken(_("The key of a type stays: programs call it by this name."))
    before = _facts(kept) if pk is not None else {}
    kept.name = _free_name(name, pk)
    _put_templates(kept, list_template, article_template)
    if workflow is not None and not offered_paths().filter(pk=workflow).exists():
        raise InvalidInput(_("There is no such review path."), field="workflow")
    kept.workflow_id = workflow
    found = list(offered_channels().filter(pk__in=channels))
    if len(found) != len(set(channels)):
        raise InvalidInput(_("There is no such channel."), field="channels")
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        # Somebody else was quicker by a moment.
        raise KeyTaken(_("Another type has this key already.")) from error
    kept.channels.set(found)
    record(actor=actor, action="publicity.keep_column_type", subject=kept, before=before, after=_facts(kept))
    bump()
    return kept


@transaction.atomic
def remove_column_type(*, actor: Actor, pk: int) -> None:
    """Remove a type that no column has and of which no value is stored.

    Raises:
        Refused: the actor does not make types.
        NotFound: there is no such type.
        Conflict: a column has it, or values are stored.
    """
    require(can_manage_types(actor))
    kept = _held(pk)
    if kept.columns.exists():
        raise Conflict(_("Columns have this type. Give them another one first."))
    if kept.fields.exclude(used_at=None).exists():
        raise Conflict(
            _("Articles hold values of this type, so it stays: whatever is moved back to such a column finds them.")
        )
    record(
        actor=actor, action="publicity.remove_column_type", subject=kept, before=_facts(kept), operation=Operation.DELETE
    )  # fmt: skip
    kept.delete()
    bump()


@transaction.atomic
def keep_column_field(*, actor: Actor, of: int, wanted: Wanted, pk: int | None = None) -> ColumnField:
    """Define a field of the type ``of``, or change the one that has the number ``pk``; see ``keep_definition``.

    Raises:
        Refused: the actor does not make types.
        NotFound: there is no such type or field.
        CivicNetError: the definition does not do; the sentence says why.
    """
    kept, held = _locked(actor, of, pk)
    before = _told(held) if pk is not None else {}
    keep_definition(owner=kept, held=held, wanted=wanted, reserved=RESERVED)
    record(actor=actor, action="publicity.keep_column_field", subject=held, before=before, after=_told(held))
    return held


@transaction.atomic
def retire_column_field(*, actor: Actor, of: int, pk: int) -> ColumnField:
    """Ask for a field no more; the values that are stored stay. Raises as ``keep_column_field`` does."""
    _kept, held = _locked(actor, of, pk)
    retire_definition(held=held)
    record(actor=actor, action="publicity.retire_column_field", subject=held, after=_told(held))
    return held


@transaction.atomic
def restore_column_field(*, actor: Actor, of: int, pk: int) -> ColumnField:
    """Ask for a retired field again. Raises as ``keep_column_field`` does."""
    _kept, held = _locked(actor, of, pk)
    restore_definition(held=held)
    record(actor=actor, action="publicity.restore_column_field", subject=held, after=_told(held))
    return held


@transaction.atomic
def move_column_field(*, actor: Actor, of: int, pk: int, up: bool) -> ColumnField:
    """Move a field up or down among the others. Raises as ``keep_column_field`` does."""
    kept, held = _locked(actor, of, pk)
    moved = move_definition(owner=kept, held=held, up=up)
    record(actor=actor, action="publicity.keep_column_field", subject=held, after=_told(moved))
    return moved


def note_values(stored: Any) -> None:
    """Remember which fields of which types hold values. One statement for each type whose values an article holds."""
    # What an old version holds may be anything.
    found = stored.items() if isinstance(stored, Mapping) else ()
    for key, values in found:
        if isinstance(values, Mapping):
            note_used(definitions=ColumnField.objects.filter(type__key=key), keys=values)


def follow_values(*, article: ArticlePage, gone: bool = False) -> None:
    """Note by which values the published version is found, in the caller's transaction; ``gone``: readers see it no more.

    Two statements more where something changed, one where nothing did, and none while there are no types.
    """
    types = column_types().values()
    if not types:
        return
    told = [] if gone else [one for kept in types for one in found_values(kept.shape, article.field_values)]
    held = {(one.type, one.field): one for one in ArticleValue.objects.filter(article=article.pk)}
    wanted = {(one["type"], one["field"]): one for one in told}
    stays = {key for key, one in held.items() if key in wanted and _is(one, wanted[key])}
    if unsaid := [one.pk for key, one in held.items() if key not in stays]:
        ArticleValue.objects.filter(pk__in=unsaid).delete()
    ArticleValue.objects.bulk_create(
        ArticleValue(article_id=article.pk, **one) for key, one in wanted.items() if key not in stays
    )


def _is(held: ArticleValue, wanted: Mapping[str, Any]) -> bool:
    return (held.text, held.figure) == (wanted["text"], wanted["figure"])


def _new(key: str) -> ColumnType:
    check_key(key)
    if ColumnType.objects.filter(key=key).exists():
        raise KeyTaken(_("Another type has this key already."))
    if ColumnType.objects.count() >= MOST_TYPES:
        raise InvalidInput(_("There are %(most)d types at most.") % {"most": MOST_TYPES})
    return ColumnType(key=key)


def _held(pk: int) -> ColumnType:
    kept = ColumnType.objects.select_for_update().filter(pk=pk).first()
    if kept is None:
        raise NotFound()
    return kept


def _locked(actor: Actor, of: int, pk: int | None) -> tuple[ColumnType, ColumnField]:
    require(can_manage_types(actor))
    kept = _held(of)
    held = ColumnField(type=kept) if pk is None else kept.fields.select_for_update().filter(pk=pk).first()
    if held is None:
        raise NotFound()
    return kept, held


def _free_name(name: str, pk: int | None) -> str:
    line = check_line(name, field="name", most=LONGEST_NAME)
    if ColumnType.objects.filter(name=line).exclude(pk=pk or 0).exists():
        raise InvalidInput(_("Another type is called so."), field="name")
    return line


def _put_templates(kept: ColumnType, list_template: str, article_template: str) -> None:
    if list_template not in ListTemplate.values:
        raise InvalidInput(_("There is no such template."), field="list_template")
    if article_template not in ArticleTemplate.values:
        raise InvalidInput(_("There is no such template."), field="article_template")
    kept.list_template, kept.article_template = list_template, article_template


def _facts(kept: ColumnType) -> dict[str, Any]:
    return {
        "key": kept.key,
        "name": kept.name,
        "list_template": kept.list_template,
        "article_template": kept.article_template,
        "workflow": kept.workflow.name if kept.workflow else None,
        "channels": sorted(one.name for one in kept.channels.all()),
    }


def _told(held: ColumnField) -> dict[str, Any]:
    names = ("key", "label", "kind", "required", "options", "order")
    told = {name: getattr(held, name) for name in names}
    return told | {"type": held.type.key, "retired_on": held.retired_on.isoformat() if held.retired_on else None}
