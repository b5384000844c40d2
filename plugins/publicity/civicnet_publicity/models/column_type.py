"""Types of columns: what their articles are asked for, how they look, where they go and who reviews them. Made on a screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.records.models import FieldDefinition, RecordType


class ListTemplate(models.TextChoices):
    """How a column of the type lists its articles."""

    LIST = "LIST", pgettext_lazy("column type", "List of titles")
    CARDS = "CARDS", pgettext_lazy("column type", "Cards with pictures")
    TABLE = "TABLE", pgettext_lazy("column type", "Table of the fields")
    TIMELINE = "TIMELINE", pgettext_lazy("column type", "Timeline by date")


class ArticleTemplate(models.TextChoices):
    """Where an article of the type shows its fields."""

    BEFORE = "BEFORE", pgettext_lazy("column type", "Fields before the text")
    AFTER = "AFTER", pgettext_lazy("column type", "Fields after the text")


class ColumnType(RecordType):  # type: ignore[django-manager-missing]
    """A type of columns. Without channels of its own, a column sends to those of its type."""

    list_template = models.CharField(
        _("how the column looks"), max_length=10, choices=ListTemplate.choices, default=ListTemplate.LIST
    )
    article_template = models.CharField(
        _("how an article looks"), max_length=10, choices=ArticleTemplate.choices, default=ArticleTemplate.BEFORE
    )
    channels = models.ManyToManyField(
        "civicnet_publicity.Channel", verbose_name=_("channels"), blank=True, related_name="+"
    )
    # A workflow is the host's: it may be deleted past us, and then the usual reviews hold.
    workflow = models.ForeignKey(
        "wagtailcore.Workflow",
        verbose_name=_("review path"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("column type")
        verbose_name_plural = _("column types")
        ordering = ["name"]
        default_permissions = ()
        permissions = [("manage_column_types", "Can make types of columns and change their fields")]


class ColumnField(FieldDefinition):
    """A field of a type of columns."""

    type = models.ForeignKey(ColumnType, verbose_name=_("column type"), on_delete=models.CASCADE, related_name="fields")

    class Meta:
        verbose_name = _("field of a column type")
        verbose_name_plural = _("fields of column types")
        ordering = ["order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["type", "key"], name="publicity_one_field_of_a_key"),
        ]
