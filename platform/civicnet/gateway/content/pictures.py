"""Pictures of Wagtail as portals read them: in named sizes, whose files are known without opening one or making one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import urljoin

import graphene
from django.core.files.storage import FileSystemStorage
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.encoding import filepath_to_uri
from graphql import GraphQLResolveInfo
from wagtail.images import get_image_model

from civicnet.gateway.content.addresses import whole
from civicnet.gateway.content.asked import Asked
from civicnet.gateway.content.making import making_url
from civicnet.gateway.content.sizes import (
    ContentImageSpec,
    ContentSrcsetSpec,
    Geometry,
    cut,
    size_in,
    specs,
    srcsets,
)
from civicnet.gateway.content.visible import in_open_collection
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.statements import Statement, Values, statement

_FOCUS = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")
_MADE = ("made__filter_spec", "made__focal_point_key", "made__file", "made__width", "made__height")
_COLUMNS = ("id", "title", "description", "file", "width", "height", *_FOCUS)


class ContentFocalPoint(graphene.ObjectType):
    """What must stay in sight when a picture is cut: a rectangle around a point, in pixels of the original."""

    x = graphene.Int(required=True)
    y = graphene.Int(required=True)
    width = graphene.Int(required=True)
    height = graphene.Int(required=True)


class ContentRendition(graphene.ObjectType):
    """A picture in one size. If it has never been made in it, its address makes it, once."""

    url = graphene.String(required=True)
    width = graphene.Int(required=True)
    height = graphene.Int(required=True)


class ContentSrcset(graphene.ObjectType):
    """A picture in several sizes, the smallest first."""

    text = graphene.String(required=True, description="As the attribute `srcset` of HTML takes it.")
    renditions = graphene.List(graphene.NonNull(ContentRendition), required=True)


class ContentImage(graphene.ObjectType):
    """A picture. Where its collection is restricted, null stands in its place."""

    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    alt = graphene.String(
        required=True,
        description="For those who do not see it: the words of this place, else the picture's own; may be empty.",
    )
    width = graphene.Int(required=True, description="In pixels, as it was uploaded.")
    height = graphene.Int(required=True)
    focal_point = graphene.Field(ContentFocalPoint)
    rendition = graphene.Field(ContentRendition, required=True, spec=ContentImageSpec(required=True))
    srcset = graphene.Field(ContentSrcset, required=True, spec=ContentSrcsetSpec(required=True))

    @staticmethod
    def resolve_id(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """Names the picture wherever it is referred to."""
        return to_global_id("ContentImage", row["id"])

    @staticmethod
    def resolve_rendition(row: dict[str, Any], info: GraphQLResolveInfo, spec: Any) -> dict[str, Any]:
        """From what was read for all pictures at once."""
        return rendition(row, specs()[spec.name])

    @staticmethod
    def resolve_srcset(row: dict[str, Any], info: GraphQLResolveInfo, spec: Any) -> dict[str, Any]:
        """Sizes in which a small picture comes out alike are named once."""
        found = {(one := rendition(row, filter_spec))["width"]: one for filter_spec in srcsets()[spec.name]}
        sizes = [one for _width, one in sorted(found.items())]
        return {"text": ", ".join(f"{one['url']} {one['width']}w" for one in sizes), "renditions": sizes}


def image_rows(ids: Collection[int], filter_specs: Collection[str]) -> Mapping[int, dict[str, Any]]:
    """The pictures among these that anybody may read, by number, with what is made of them by these filters.

    One statement.
    """
    if not ids:
        return {}
    if not filter_specs:
        return {row["id"]: _row(row) for row in _pictures().rows(ids=ids, specs=None).read(*_COLUMNS)}
    found: dict[int, dict[str, Any]] = {}
    address = _addresses()
    # A row for each size that was made, and one for a picture without any.
    for row in _pictures().rows(ids=ids, specs=set(filter_specs)).read(*_COLUMNS, *_MADE):
        picture = found.get(row["id"])
        if picture is None:
            picture = found[row["id"]] = _row(row)
        if (spec := row["made__filter_spec"]) is not None:
            size = {"url": address(row["made__file"]), "width": row["made__width"], "height": row["made__height"]}
            picture["made"][spec, row["made__focal_point_key"]] = size
    return found


def at_place(row: dict[str, Any], *, root_url: str, alt: str | None = None) -> dict[str, Any]:
    """A picture as it stands in one place: its addresses below a site's, and described in words of that place if there are."""
    return row | {"root_url": root_url, "alt": row["alt"] if alt is None else alt}


def rendition(row: Mapping[str, Any], filter_spec: str) -> dict[str, Any]:
    """A picture in one size; one that nobody has made yet by the address that makes it."""
    geometry = row["geometry"]
    made = row["made"].get((filter_spec, cut(filter_spec, geometry)))
    if made is None:
        width, height = size_in(filter_spec, geometry)
        made = {"url": making_url(row["id"], filter_spec), "width": width, "height": height}
    return {**made, "url": whole(made["url"], row["root_url"])}


def picture_in(image: Any, filter_spec: str) -> dict[str, Any]:
    """A picture with its renditions at hand in one size, as ``rendition`` of its row: nothing is read, and nothing is made."""
    geometry = _geometry(lambda name: getattr(image, name), image.file.name)
    wanted = (filter_spec, cut(filter_spec, geometry))
    made = next((one for one in image.renditions.all() if (one.filter_spec, one.focal_point_key) == wanted), None)
    if made is not None:
        return {"url": made.url, "width": made.width, "height": made.height}
    width, height = size_in(filter_spec, geometry)
    return {"url": making_url(image.pk, filter_spec), "width": width, "height": height}


def filters_of(asked: Asked | None) -> Sequence[str]:
    """The filters behind the sizes and sets that a query names; None: all."""
    single = [spec for name, spec in specs().items() if asked is None or name in asked.specs]
    sets = [group for name, group in srcsets().items() if asked is None or name in asked.srcsets]
    return [*single, *(one for group in sets for one in group)]


def _addresses() -> Callable[[str], str]:
    """How the address of a made picture comes of its name."""
    storage = get_image_model().get_rendition_model()._meta.get_field("file").storage
    # Other storages may sign an address anew each time.
    if storage.__class__ is not FileSystemStorage:
        address: Callable[[str], str] = storage.url
        return address
    return partial(_address, storage.base_url)


@lru_cache(maxsize=8192)
def _address(base: str, name: str) -> str:
    # What the storage does, remembered.
    return urljoin(base, filepath_to_uri(name).lstrip("/"))


# The model of pictures is a setting's, and not known before all models are.
@cache
def _pictures() -> Statement:
    return statement("content.pictures", get_image_model())(_shown)


def _shown(values: Values) -> QuerySet[Any]:
    found: QuerySet[Any] = get_image_model().objects.filter(in_open_collection(), pk__in=values["ids"])
    if values["specs"] is None:
        return found
    # Wagtail asks every model of pictures to call them by this name.
    wanted = Q(renditions__filter_spec__in=values["specs"])
    with_made: QuerySet[Any] = found.annotate(made=FilteredRelation("renditions", condition=wanted))
    return with_made


def _row(row: dict[str, Any]) -> dict[str, Any]:
    x, y, width, height = (
        row["focal_point_x"],
        row["focal_point_y"],
        row["focal_point_width"],
        row["focal_point_height"],
    )
    focus = None if None in (x, y, width, height) else {"x": x, "y": y, "width": width, "height": height}
    return {
        "id": row["id"],
        "title": row["title"],
        "alt": row["description"] or row["title"],
        "width": row["width"],
        "height": row["height"],
        "focal_point": focus,
        "geometry": _geometry(row.__getitem__, row["file"]),
        "made": {},
    }


def _geometry(of: Callable[[str], Any], file: str) -> Geometry:
    x, y, width, height = (of(name) for name in _FOCUS)
    return Geometry(of("width"), of("height"), x, y, width, height, file.lower().endswith(".svg"))
