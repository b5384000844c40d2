"""Indexes: what Wagtail makes of rows for searching and for telling where something is used, made anew."""

from __future__ import annotations

from typing import Any

from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backends
from wagtail.search.index import class_is_indexed

from civicnet.lifecycle.inventory import app_of
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.removal.stand_ins import CHUNK, chunks


def index_anew(slug: str) -> None:
    """Index all rows of a loaded plugin; inside a transaction."""
    app = app_of(registry.manifests[slug].package)
    kept: list[Any] = list(app.get_models()) if app else []
    for model in kept:
        if class_is_indexed(model):
            for some in chunks(model.get_indexed_objects().order_by("pk").iterator(chunk_size=CHUNK)):
                for backend in get_search_backends(with_auto_update=True):
                    backend.add_bulk(model, some)
        if ReferenceIndex.is_indexed(model):
            for row in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
                ReferenceIndex.create_or_update_for_object(row)
