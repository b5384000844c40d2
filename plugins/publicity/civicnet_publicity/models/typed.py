"""What an article holds because its column has a type: the values of its fields, and the review path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, Workflow
from wagtail.utils.decorators import cached_classmethod


class FieldValues(models.JSONField):
    """Values of defined fields. Wagtail's index of references learns what they refer to, also those that are shown nowhere now:
    whoever deletes a picture hears of the articles that have it.
    """

    def extract_references(self, value: Any) -> Iterator[tuple[type[models.Model], str, str, str]]:
        """The model and key of each thing, and twice where it is named, as the index asks of fields."""
        from civicnet_publicity.selectors.types import references_in

        for (model, key), path in references_in(value):
            yield model, key, path, path

    def deconstruct(self) -> Any:
        """As the field of which it is a kind: nothing is another in the database, and no table has to be made anew."""
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.JSONField", given, named


class TypedArticleFields(models.Model):
    """Values of fields that people defined, by the key of the type and that of the field.

    A type has its own drawer: an article that is moved to a column of another type shows nothing of the old one, and everything
    again when it is moved back.
    """

    field_values = FieldValues(_("values of fields"), default=dict, blank=True)

    class Meta:
        abstract = True

    def save(self, *given: Any, **named: Any) -> None:
        """Save it, and remember which fields hold values."""
        super().save(*given, **named)
        self._note_values()

    @cached_classmethod
    def get_edit_handler(cls) -> Any:  # noqa: N805 - as Wagtail writes it
        """Wagtail's tabs, which draw each field of the type once."""
        from civicnet_publicity.typed_panel import ArticleTabs

        tabs: Any = super().get_edit_handler()  # type: ignore[misc]
        return ArticleTabs(**tabs.clone_kwargs()).bind_to_model(cls)

    @property
    def column_type(self) -> Any:
        """The type of the column in which it stands, as ``selectors.types`` reads it; None where that has none."""
        from civicnet_publicity.selectors.types import type_at

        path = getattr(self, "path", "")
        return type_at(path) if path else None

    def fields_text(self) -> str:
        """The values as words, for search."""
        kept = self.column_type if self.field_values else None
        return "\n".join(one.text for one in kept.shape.shown(self.field_values)) if kept else ""

    def save_revision(self, *given: Any, **named: Any) -> Revision:
        """Keep a version, and remember the same of it."""
        revision: Revision = super().save_revision(*given, **named)  # type: ignore[misc]
        self._note_values()
        return revision

    @property
    def has_workflow(self) -> bool:
        """Whether it is reviewed before it is published."""
        return _workflow_of(self.column_type) is not None or bool(super().has_workflow)  # type: ignore[misc]

    def get_workflow(self) -> Workflow | None:
        """The review path of the column's type, or else the one that Wagtail has for the page."""
        return _workflow_of(self.column_type) or super().get_workflow()  # type: ignore[misc]

    def _note_values(self) -> None:
        from civicnet_publicity.services.types import note_values

        if self.field_values:
            note_values(self.field_values)


def _workflow_of(kept: Any) -> Workflow | None:
    if kept is None or kept.workflow is None:
        return None
    return Workflow.objects.filter(pk=kept.workflow, active=True).first()
