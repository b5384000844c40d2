"""Turning the field keys as a deed: sealed anew row by row, and written to the audit once it is through."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from civicnet.access.models import PersonalAct, PersonalActKind
from civicnet.cipher.ring import field_keys, index_keys
from civicnet.cipher.rotation import rotate
from civicnet.contract import Actor, require
from civicnet.ledger.services import record


def rotate_keys(*, actor: Actor) -> Counter[str]:
    """Bring every value to the newest keys; returns rows written by model. Begun again, it goes on.

    Raises:
        Refused: a person asks; keys are turned on the machine.
        CipherError: a value opens with no key of the ring.
    """
    require(actor.kind == "system")
    written: Counter[str] = Counter()
    for model, rows, _left in rotate():
        written[model] += rows
    newest = {"field_key": next(iter(field_keys())), "index_key": next(iter(index_keys()))}
    with transaction.atomic():
        act = PersonalAct.objects.create(kind=PersonalActKind.ROTATE, counts=dict(written))
        record(actor=actor, action="access.rotate_keys", subject=act, after={**newest, **written})
    return written
