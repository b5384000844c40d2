"""Idempotency: a mutation that a caller sends again under its key is done once, and answered as the first time.

The ids of what was done are kept with the deed, in one transaction: a crash leaves neither. What the caller wrote is not
kept; key and input are known by keyed digests alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

import graphene
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from graphql import FieldNode, GraphQLResolveInfo
from graphql.execution.values import get_argument_values

from civicnet.contract import Actor, Conflict, InvalidInput, Schedule
from civicnet.gateway.models import IdempotentCall
from civicnet.lifecycle.schedules import register

HEADER = "Idempotency-Key"
LONGEST = 64
KEPT = timedelta(hours=24)
_ARGUMENT = "idempotency_key"
_SALT = "civicnet.gateway.idempotency"
_Ids = TypeVar("_Ids")


class BadIdempotencyKey(InvalidInput):
    """The key cannot be one, or cannot be kept for whoever asks."""

    code = "IDEMPOTENCY_KEY"

    def __init__(self, message: Any) -> None:
        super().__init__(message, field=_ARGUMENT)


class IdempotencyConflict(Conflict):
    """The key was used for something else."""

    code = "IDEMPOTENCY_CONFLICT"
    message = _("This idempotency key came with another mutation or other input before. Take a new key for a new deed.")


class IdempotencyInProgress(Conflict):
    """The first call with this key is not over."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    message = _("The first call with this idempotency key is still running. Send the same again in a few seconds.")


def idempotency_key() -> graphene.String:
    """The argument that a mutation declares beside its others: ``idempotency_key = idempotency_key()``."""
    return graphene.String(
        description="1 to 64 signs of your choice. Sent again with the same input within 24 hours, the deed is done once."
    )


def idempotent(info: GraphQLResolveInfo, act: Callable[[], _Ids]) -> _Ids:
    """What ``act`` returns; for a key that came before with the same input, what it returned then, without acting again.

    ``act`` calls one service and returns ids of what was done, as JSON holds them: never words that somebody wrote. The
    mutation reads its payload by them, so that a caller whose rights have gone is told nothing. A key comes as the argument
    ``idempotencyKey`` or, for a document with one mutation, in the header ``Idempotency-Key``; without one ``act`` is called.
    An act that raises keeps nothing, and its key is free to try again.

    Raises:
        BadIdempotencyKey: it is no key, or the caller is nobody in particular.
        IdempotencyConflict: it came with another mutation or other input within 24 hours.
        IdempotencyInProgress: the first call is still running. On SQLite, where one writes at a time, the second one waits.
    """
    given = get_argument_values(info.parent_type.fields[info.field_name], info.field_nodes[0], info.variable_values)
    key = given.pop(_ARGUMENT, None)
    if key is None:
        key = _from_header(info)
    if key is None:
        return act()
    mark, digest = _mark(info.context.actor, key), _digest(f"{info.field_name} {_told(given)}")
    with transaction.atomic():
        _hold(mark)
        kept = IdempotentCall.objects.filter(mark=mark, created_at__gt=timezone.now() - KEPT).first()
        if kept is None:
            done = act()
            # One whose time is over may still stand there.
            told = {"digest": digest, "result": done, "created_at": timezone.now()}
            IdempotentCall.objects.update_or_create(mark=mark, defaults=told)
            return done
    if kept.digest != digest:
        raise IdempotencyConflict(field=_ARGUMENT)
    result: _Ids = kept.result  # type: ignore[assignment]  # JSON, as it was put in
    return result


def keep_tidy() -> None:
    """Have old calls deleted every night; called when the app is ready."""
    label = _("Forget which mutations were done more than 24 hours ago")
    register(Schedule("gateway.forget_idempotent_calls", label, forget_calls, daily_at=time(3, 50)))


def forget_calls(*, now: datetime | None = None) -> int:
    """Delete calls whose time is over; returns how many."""
    return IdempotentCall.objects.filter(created_at__lte=(now or timezone.now()) - KEPT).delete()[0]


def _from_header(info: GraphQLResolveInfo) -> str | None:
    key: str | None = info.context.headers.get(HEADER)
    if key is not None:
        asked = info.operation.selection_set.selections
        if len(asked) != 1 or not isinstance(asked[0], FieldNode):
            raise BadIdempotencyKey(_("The header names one mutation. Give each of several its own idempotencyKey."))
    return key


def _mark(actor: Actor, key: str) -> str:
    if not 1 <= len(key) <= LONGEST:
        raise BadIdempotencyKey(_("An idempotency key has 1 to 64 signs."))
    if actor.kind not in ("client", "staff"):
        raise BadIdempotencyKey(_("Idempotency keys are kept for callers with an API key or a session."))
    return _digest(f"{actor.kind} {actor.id} {key}")


def _digest(text: str) -> str:
    # Keyed: a phone number in the input, or used as key, is found by nobody who tries them all.
    return salted_hmac(_SALT, text.encode("utf-8", "surrogatepass"), algorithm="sha256").hexdigest()


def _told(given: Mapping[str, Any]) -> str:
    return json.dumps(given, sort_keys=True, default=str)


def _hold(mark: str) -> None:
    # On SQLite a transaction that writes is the only one anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(mark[:15], 16)])
            if not cursor.fetchone()[0]:
                raise IdempotencyInProgress(field=_ARGUMENT)
