"""Rotation: every stored value sealed with the newest key and indexed with the newest index key, row by row.

A row is written only if it still holds what was read, so it may run beside people at work, be stopped at any moment and be
started again. When it says that nothing is left, the old keys can go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model, TextField, Value

from civicnet.cipher.backend import CipherError, backend
from civicnet.cipher.columns import StoredRow, encrypted_models, stored, stored_rows, unchanged
from civicnet.cipher.fields import EncryptedField
from civicnet.cipher.ring import blind_index, decrypt, encrypt, field_keys, index_keys, is_bound, key_name

MOST_PASSES = 5


@dataclass
class KeyUse:
    """How many values of one column each key seals and indexes. ``lost`` values open with no key of the ring."""

    column: str
    sealed: Counter[str] = field(default_factory=Counter)
    indexed: Counter[str] = field(default_factory=Counter)
    unbound: int = 0
    lost: int = 0


def key_uses() -> list[KeyUse]:
    """Which keys are used by how many values, column by column. Reads everything, keeps one chunk."""
    found = []
    for model, fields in encrypted_models():
        uses = {one.attname: KeyUse(one.place) for one in fields}
        for chunk in stored_rows(model, fields):
            for row in chunk:
                for one in fields:
                    _count(uses[one.attname], one, row)
        found += list(uses.values())
    return found


def rotate() -> Iterator[tuple[str, int, int]]:
    """Bring every value to the newest keys; yields model, rows written and rows left to another pass, chunk by chunk.

    Raises:
        CipherError: a value opens with no key of the ring; everything before it is done.
    """
    for model, fields in encrypted_models():
        for _attempt in range(MOST_PASSES):
            left = 0
            for chunk in stored_rows(model, fields):
                stale = [row for row in chunk if _is_stale(row, fields)]
                written = _renew(model, fields, stale)
                left += len(stale) - written
                yield model._meta.label_lower, written, len(stale) - written
            # What somebody else wrote meanwhile is looked at again; it is rarely stale.
            if not left:
                break


def _is_stale(row: StoredRow, fields: list[EncryptedField]) -> bool:
    newest = next(iter(field_keys()))
    for one in fields:
        sealed = row.sealed.get(one.attname)
        if sealed is None:
            continue
        if key_name(sealed) != newest or not is_bound(sealed):
            return True
        if one.index and row.indexes[one.index] != blind_index(decrypt(sealed, place=one.place)):
            return True
    return False


@transaction.atomic
def _renew(model: type[Model], fields: list[EncryptedField], rows: list[StoredRow]) -> int:
    return sum(_renew_row(model, fields, row) for row in rows)


def _renew_row(model: type[Model], fields: list[EncryptedField], row: StoredRow) -> int:
    changes = {}
    for one in fields:
        if (sealed := row.sealed.get(one.attname)) is None:
            continue
        plain = decrypt(sealed, place=one.place)
        # As stored text: the field itself would seal it a second time.
        changes[one.attname] = Value(encrypt(plain, place=one.place), output_field=TextField())
        if one.index:
            changes[one.index] = Value(blind_index(plain))
    held = stored(model, list(row.sealed)).filter(pk=row.pk, **unchanged(row))
    written: int = held.update(**changes)
    return written


def _count(use: KeyUse, one: EncryptedField, row: StoredRow) -> None:
    sealed = row.sealed.get(one.attname)
    if sealed is None:
        return
    use.sealed[key_name(sealed)] += 1
    use.unbound += not is_bound(sealed)
    try:
        plain = decrypt(sealed, place=one.place)
    except CipherError:
        use.lost += 1
        return
    if one.index:
        digests = {backend().mac(key, plain.encode()): name for name, key in index_keys().items()}
        use.indexed[digests.get(row.indexes[one.index], "?")] += 1
