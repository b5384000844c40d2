"""What an undo leaves, before anybody looks at what its rows hold: what lies outside the area of whoever undoes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from civicnet.access.models import Organisation
from civicnet.access.scope import EVERYWHERE, covers
from civicnet.contract import Actor
from civicnet.exchange.resource import ImportResource
from civicnet.ledger.among import Among
from civicnet.ledger.images import Image, Written
from civicnet.ledger.undoing import OUTSIDE, Stays


def staying(image: Image, resource: ImportResource, actor: Actor, services: Collection[str]) -> Stays:
    """Rows of an image that have to stay, with the reason, by model and key.

    ``services`` are the labels of models whose rows a service takes back, which asks for itself what the actor may.
    """
    if actor.kind == "system" or EVERYWHERE in actor.paths(resource.permission):
        return {}
    elsewhere: dict[str, set[Any]] = {}
    for written in image.written:
        if written.model not in services:
            elsewhere.setdefault(written.model, set()).update(_elsewhere(written, resource, actor))
    # A person without the post that the same row gave them would be nobody's doing: what one row wrote stays together.
    rows = {
        row
        for written in image.written
        for key, row in zip(written.keys, written.origins, strict=True)
        if row and key in elsewhere.get(written.model, ())
    }
    for written in image.written:
        companions = (key for key, row in zip(written.keys, written.origins, strict=True) if row in rows)
        elsewhere.setdefault(written.model, set()).update(companions)
    return {model: dict.fromkeys(keys, OUTSIDE) for model, keys in elsewhere.items() if keys}


def _elsewhere(written: Written, resource: ImportResource, actor: Actor) -> set[Any]:
    """Keys of rows that lie where the actor may not import today, or would once they are taken back."""
    model = apps.get_model(written.model)
    paths = resource.lies_under.get(written.model)
    if paths is None:
        paths = tuple(f"{one.name}__path" for one in model._meta.concrete_fields if one.related_model is Organisation)
        if not paths:
            return {*written.keys}
    elif not paths:
        return set() if actor.may(resource.permission) else {*written.keys}
    places = [(key, place) for path in paths for key, place in _places(model, written, path)]
    return {key for key, place in places if place is None or not covers(actor, resource.permission, place)}


def _places(model: type[models.Model], written: Written, path: str) -> Iterable[tuple[Any, str | None]]:
    yield from model._base_manager.filter(Among("pk", written.keys)).values_list("pk", path)
    relation, _step, beyond = path.partition("__")
    field: Any = model._meta.get_field(relation)
    if written.before is None or field.attname not in written.fields:
        return
    at = written.fields.index(field.attname)
    former = {key: values[at] for key, values in zip(written.keys, written.before, strict=True)}
    targets = field.related_model._base_manager.filter(pk__in={*former.values()})
    places: Mapping[Any, str | None] = dict(targets.values_list("pk", beyond))
    yield from ((key, places.get(target)) for key, target in former.items())
