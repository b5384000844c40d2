"""Writing to the ledger: one call for a deed, one for many rows of a bulk write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from civicnet.cipher import mask_numbers
from civicnet.contract import Actor
from civicnet.ledger import chain
from civicnet.ledger.arrays import array
from civicnet.ledger.content import digest_of, moment, plain
from civicnet.ledger.flights import send
from civicnet.ledger.models import AuditRecord, ChangeRecord, Operation
from civicnet.ledger.origin import origin

# What is the same for all rows of a call comes first.
_CHANGES = (
    f"INSERT INTO {ChangeRecord._meta.db_table} (at, actor_kind, actor_id, object_type, operation, object_id) "
    "SELECT %s, %s, %s, %s, %s, {}"
)


def object_type(model: type[models.Model] | models.Model) -> str:
    """The name under which the ledger keeps rows of a model, e.g. ``civicnet_grid.grid``."""
    return model._meta.label_lower


def label_of(subject: models.Model) -> str:
    """How the ledger calls a row: by its ``audit_label`` where its own name would be a person's, whom it could never forget."""
    return str(getattr(subject, "audit_label", None) or subject)


def record(
    *,
    actor: Actor,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    operation: Operation = Operation.UPSERT,
) -> AuditRecord:
    """Write the audit record of a deed and the change of its row.

    Call it inside the transaction of the deed. ``before`` and ``after`` hold only plain values, and never personal fields.
    A phone or ID number in the reason is masked: what is written here can never be erased.

    Raises:
        TransactionManagementError: no transaction is open, so deed and record could part.
    """
    _in_transaction()
    identity = {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "object_type": object_type(subject),
        "object_id": str(subject.pk),
    }
    ChangeRecord.objects.create(operation=operation, **identity)
    return _chained(
        actor_label=str(actor.label)[:200],
        action=action,
        object_label=label_of(subject)[:200],
        before=plain(before),
        after=plain(after),
        reason=mask_numbers(str(reason)),
        **identity,
    )


def record_changes(
    *, actor: Actor, model: type[models.Model], ids: Iterable[Any], operation: Operation = Operation.UPSERT
) -> None:
    """Write the changes of many rows of one model, as a bulk write does; its audit record is the job's own."""
    _in_transaction()
    written = [*ids]
    if not written:
        return
    constant = [timezone.now(), actor.kind, actor.id, object_type(model), operation.value]
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        send(connection, _CHANGES.format("unnest(%s::text[])"), [*map(str, constant), array(written)])
        return
    at = connection.ops.adapt_datetimefield_value(constant[0])
    with connection.cursor() as cursor:
        values = [at, *constant[1:], json.dumps([str(pk) for pk in written])]
        cursor.execute(_CHANGES.format("value") + " FROM json_each(%s)", values)


def _chained(**content: Any) -> AuditRecord:
    connection = transaction.get_connection()
    head, now = chain.head(connection), timezone.now()
    content |= {"origin": origin(), "chain": head.chain, "position": head.position + 1}
    digest = digest_of({**content, "at": moment(now)}, head.digest)
    try:
        written = AuditRecord.objects.create(at=now, digest=digest, **content)
    except IntegrityError:
        # The place is taken: a commit broke off unnoticed, or somebody put a record in. It costs one deed, not all to come.
        chain.begin_anew(connection)
        raise
    chain.advance(connection, chain.Advance(head.chain, head.position + 1, digest))
    return written


def _in_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a deed and its record belong into one transaction")
