"""Wagtail's table of entries, one for each object, which both databases fill with tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router, transaction
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from modelsearch.backends.base import BaseIndex
from modelsearch.conf import get_app_config
from modelsearch.index import get_indexed_models
from modelsearch.utils import get_content_type_pk, get_descendants_content_types_pks

from civicnet.search.documents import Document

ENTRY = get_app_config().get_model("IndexEntry", require_ready=False)


class EntryIndex(BaseIndex):
    """Wagtail's table of entries, one for each object."""

    columns: Sequence[str] = ("title", "body", "autocomplete")

    def values(self, document: Document) -> dict[str, Any]:
        """What stands in the columns of a document's entry."""
        raise NotImplementedError

    def add_items(self, model: type[Model], objs: Sequence[Any]) -> None:
        """Write the entries of objects of one model anew: one statement."""
        if not model.get_search_fields():  # type: ignore[attr-defined]
            return
        kind = get_content_type_pk(model)
        entries = [
            ENTRY(content_type_id=kind, object_id=str(one.pk), **self.values(Document(one)))
            for one in {one.pk: one for one in objs}.values()
        ]
        ENTRY._default_manager.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=list(self.columns),
        )

    def delete_item(self, item: Any) -> None:
        """Take an object out."""
        item.index_entries.all()._raw_delete(using=router.db_for_write(ENTRY))

    def delete_stale_entries(self) -> None:
        """Take out what there is no object of any more."""
        for model in get_indexed_models():
            if not model._meta.parents:
                there = model._default_manager.annotate(key=Cast("pk", TextField())).values("key")
                entries = ENTRY._default_manager.filter(content_type_id__in=get_descendants_content_types_pks(model))
                entries.exclude(object_id__in=there).delete()

    def reset(self) -> None:
        """Empty it."""
        ENTRY._default_manager.all()._raw_delete(using=router.db_for_write(ENTRY))


class Rebuilder:
    """Rebuilds the index in place, in one transaction: readers search in the old one until the end."""

    def __init__(self, index: EntryIndex) -> None:
        self._index = index
        self._transaction = transaction.atomic(using=router.db_for_write(ENTRY))

    def start(self) -> EntryIndex:
        """Begin, without what is gone."""
        self._transaction.__enter__()
        self._index.delete_stale_entries()
        return self._index

    def finish(self) -> None:
        """Let readers see it."""
        self._transaction.__exit__(None, None, None)
