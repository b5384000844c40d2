"""Taking bulk writes back: rows get what stood there before, unless somebody has changed them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from django.apps import apps
from django.db import IntegrityError, models, transaction

from civicnet.contract import Actor, CivicNetError, Refused
from civicnet.ledger.bulk import change_rows, remove_rows
from civicnet.ledger.images import Image, Written, bears
from civicnet.ledger.services import label_of

REMOVED, RESTORED = "removed", "restored"
CHANGED_SINCE, REFERRED_TO, GONE = "changed_since", "referred_to", "gone_since"
NOT_ALLOWED, RULED_OUT, IN_HAND = "no_right_to_undo", "ruled_out", "in_hand"
OUTSIDE = "outside_by_now"

# Rows that stay, with the reason, by the label of their model and their key.
Stays = Mapping[str, Mapping[Any, str]]


class TakesBack(Protocol):
    """Takes back one row that a service wrote, by ``mark`` and ``before`` as ``images.note`` was given them.

    Returns REMOVED or RESTORED, or why the row stays; then, and when it raises, nothing of it is done.
    """

    def __call__(self, *, key: Any, mark: str, before: Mapping[str, Any] | None) -> str: ...


@dataclass(frozen=True, slots=True)
class Left:
    """A row that was not taken back: the row of the file that brought it, what the ledger calls it, and why it stays.

    ``beside``: it had only come along with that row. What a row outside the area is called by now is not told.
    """

    origin: int
    label: str
    reason: str
    beside: bool = False


@dataclass(slots=True)
class TakenBack:
    """What became of rows of the file, and which of ours were left.

    A row of the file may have written several of ours, in ``rows`` it is what the first of them was: new, and so REMOVED, or
    changed, and so RESTORED. It stands there also where others of them were left.
    """

    rows: dict[int, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    # Keys by model, for a plugin that has to tell others.
    touched: dict[str, list[Any]] = field(default_factory=dict)


def take_back(
    image: Image,
    *,
    actor: Actor,
    services: Mapping[str, TakesBack] | None = None,
    beside: Collection[str] = (),
    stays: Stays | None = None,
) -> TakenBack:
    """Take back what an image holds, the last write first. Call it inside a transaction.

    ``services`` take back rows of models that are not written in bulk, by the model's label. Those of the models
    ``beside`` are taken back and named like others, and say nothing of what became of a row of the file. What ``stays`` is
    left and named, whatever it holds by now: the ledger knows neither areas nor what others keep by key.
    """
    done, services, stays = TakenBack(), services or {}, stays or {}
    for written in reversed(image.written):
        model, staying = apps.get_model(written.model), stays.get(written.model, {})
        if written.model in services:
            taken = _by_service(model, written, services[written.model], staying, done, beside=written.model in beside)
        elif written.before is None:
            taken = _removed(model, written, actor, staying, done)
        else:
            taken = _restored(model, written, actor, staying, done)
        if taken:
            done.touched.setdefault(written.model, []).extend(taken)
    return done


def referred_to(model: type[models.Model], keys: Sequence[Any], *, apart_from: Collection[str] = ()) -> set[Any]:
    """Which of these rows others refer to; ``apart_from`` names fields that do not count (``app.Model.field``)."""
    found: set[Any] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or isinstance(relation, models.ManyToManyRel):
            continue
        if str(relation.field) not in apart_from:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
            found |= set(rows.values_list(relation.field.attname, flat=True).distinct())
    return found


def _by_service(
    model: type[models.Model],
    written: Written,
    service: TakesBack,
    staying: Mapping[Any, str],
    done: TakenBack,
    *,
    beside: bool,
) -> list[Any]:
    taken = []
    for at, (key, mark) in enumerate(zip(written.keys, written.marks, strict=True)):
        before = written.before[at][0] if written.before else None
        became = staying.get(key) or _asked(service, key, mark, before)
        if became in (REMOVED, RESTORED):
            if not beside:
                done.rows[written.origins[at]] = became
            taken.append(key)
        else:
            _leave(model, written, [key], became, done, beside=beside)
    return taken


def _asked(service: TakesBack, key: Any, mark: str, before: Mapping[str, Any] | None) -> str:
    try:
        with transaction.atomic():
            return service(key=key, mark=mark, before=before)
    except models.ProtectedError:
        return REFERRED_TO
    except Refused:
        return NOT_ALLOWED
    except CivicNetError:
        return RULED_OUT
    except IntegrityError:
        # Somebody has what this row had.
        return CHANGED_SINCE


def _restored(
    model: type[models.Model], written: Written, actor: Actor, staying: Mapping[Any, str], done: TakenBack
) -> list[Any]:
    before = dict(zip(written.keys, written.before or [], strict=True))
    held = _unchanged(model, written, staying, done)
    taken: list[Any] = []
    for keys in _together(held):
        rows = [_values(model, written.fields, before[key]) for key in keys]
        now = [held[key] for key in keys]
        try:
            with transaction.atomic():
                change_rows(actor=actor, model=model, fields=written.fields, keys=keys, rows=rows, before=now)
        except IntegrityError:
            # Somebody has what this row had: one by one, so that only those stay that must.
            for key, row, present in zip(keys, rows, now, strict=True):
                taken += _restored_alone(model, written, actor, done, key, row, present)
        else:
            taken += keys
    done.rows |= dict.fromkeys(_origins(written, taken), RESTORED)
    return taken


def _restored_alone(
    model: type[models.Model],
    written: Written,
    actor: Actor,
    done: TakenBack,
    key: Any,
    row: Sequence[Any],
    present: Sequence[Any],
) -> list[Any]:
    try:
        with transaction.atomic():
            change_rows(actor=actor, model=model, fields=written.fields, keys=[key], rows=[row], before=[present])
    except IntegrityError:
        _leave(model, written, [key], CHANGED_SINCE, done)
        return []
    return [key]


def _removed(
    model: type[models.Model], written: Written, actor: Actor, staying: Mapping[Any, str], done: TakenBack
) -> list[Any]:
    held = _unchanged(model, written, staying, done)
    referred = {key for keys in _together(held) for key in referred_to(model, keys)}
    _leave(model, written, sorted(referred), REFERRED_TO, done)
    free = [key for key in held if key not in referred]
    remove_rows(actor=actor, model=model, keys=free)
    done.rows |= dict.fromkeys(_origins(written, free), REMOVED)
    return free


def _unchanged(
    model: type[models.Model], written: Written, staying: Mapping[Any, str], done: TakenBack
) -> dict[Any, tuple[Any, ...]]:
    """Rows that still hold what was written and need not stay, locked; the others are left."""
    marks = dict(zip(written.keys, written.marks, strict=True))
    held: dict[Any, tuple[Any, ...]] = {}
    for keys in _together(written.keys):
        rows = model._base_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        held |= {key: tuple(values) for key, *values in rows.values_list("pk", *written.fields)}
    same = {key: values for key, values in held.items() if key not in staying and bears(values, marks[key])}
    for reason in sorted({*staying.values()}):
        _leave(model, written, [key for key in held if staying.get(key) == reason], reason, done)
    _leave(model, written, [key for key in held if key not in same and key not in staying], CHANGED_SINCE, done)
    _leave(model, written, [key for key in written.keys if key not in held], GONE, done)
    return same


def _leave(
    model: type[models.Model],
    written: Written,
    keys: Sequence[Any],
    reason: str,
    done: TakenBack,
    *,
    beside: bool = False,
) -> None:
    if not keys:
        return
    origins = dict(zip(written.keys, written.origins, strict=True))
    if reason == OUTSIDE:
        labels = dict.fromkeys(keys, "")
    else:
        labels = {one.pk: label_of(one) for one in model._base_manager.filter(pk__in=keys)}
    done.left += [Left(origins[key], labels.get(key, str(key)), reason, beside) for key in keys]


def _origins(written: Written, keys: Iterable[Any]) -> set[int]:
    origins = dict(zip(written.keys, written.origins, strict=True))
    return {origins[key] for key in keys}


def _values(model: type[models.Model], fields: Sequence[str], plain: Sequence[Any]) -> list[Any]:
    by_name: dict[str, Any] = {one.attname: one for one in model._meta.concrete_fields}
    return [
        None if value is None else by_name[name].to_python(value) for name, value in zip(fields, plain, strict=True)
    ]


def _together(keys: Iterable[Any]) -> Iterator[list[Any]]:
    # No more than every database takes as parameters of one statement.
    waiting = iter(keys)
    while some := list(islice(waiting, 900)):
        yield some
