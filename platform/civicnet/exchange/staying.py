"""What an undo leaves, whatever its rows hold by now: what lies outside the area of whoever undoes it, and what others know by
key, of which no foreign key tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from civicnet.access import keepers
from civicnet.access.models import Organisation
from civicnet.access.scope import EVERYWHERE, covers
from civicnet.contract import Actor
from civicnet.exchange.resource import ImportResource
from civicnet.ledger.among import Among
from civicnet.ledger.images import Image, Written
from civicnet.ledger.undoing import OUTSIDE, REFERRED_TO, Stays
from civicnet.lifecycle.hooks import PluginFailed, everyone
from civicnet.lifecycle.registry import registry


def staying(image: Image, resource: ImportResource, actor: Actor, services: Collection[str]) -> Stays:
    """Rows of an image that have to stay, with the reason, by model and key.

    ``services`` are the labels of models whose rows a service takes back, which asks for itself what the actor may.

    Raises:
        PluginFailed: a plugin cannot say what it refers to; it has to be mended before anything is taken back.
    """
    stays = {model: {**reasons} for model, reasons in resource.stays(image).items()}
    for model, key in _named(image, resource):
        stays.setdefault(model, {})[key] = REFERRED_TO
    for model, keys in _outside(image, resource, actor, services).items():
        stays.setdefault(model, {}).update(dict.fromkeys(keys, OUTSIDE))
    return stays


def _named(image: Image, resource: ImportResource) -> Iterator[tuple[str, Any]]:
    """New rows that plugins refer to by key, on or off: what they hold does not vanish by a switch."""
    subjects = {
        subject: (written.model, key)
        for written in image.written
        if written.before is None
        for key, subject in _subjects(written, resource)
    }
    if not subjects:
        return
    for slug in keepers.silent():
        raise PluginFailed(slug)
    for answer in everyone("refers_to", subjects=frozenset(subjects)):
        yield from (subjects[one] for one in answer.value if one in subjects)


def _subjects(written: Written, resource: ImportResource) -> Iterator[tuple[Any, str]]:
    kind, field = resource.known_as.get(written.model) or (_kind_of(written.model), "pk")
    if field == "pk":
        return ((key, f"{kind}:{key}") for key in written.keys)
    rows = apps.get_model(written.model)._base_manager.filter(Among("pk", written.keys))
    return ((key, f"{kind}:{value}") for key, value in rows.values_list("pk", field))


def _kind_of(model: str) -> str:
    app, _dot, name = model.partition(".")
    slugs = {manifest.package: slug for slug, manifest in registry.manifests.items()}
    return f"{slugs.get(app, app)}.{name}"


def _outside(
    image: Image, resource: ImportResource, actor: Actor, services: Collection[str]
) -> Mapping[str, Collection[Any]]:
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
    return elsewhere


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
