"""Definitions as rows: abstract, so that they lie in the tables of the plugin whose they are, and go with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.records.kinds import kind_of
from civicnet.records.shapes import FieldShape


class RecordType(models.Model):
    """A type of records. ``key`` is what programs call it: permanent."""

    key = models.CharField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name of the type"), max_length=40, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class FieldDefinition(models.Model):
    """One field of a type. ``used_at`` is when the first value was stored: from then on its kind is permanent.

    ``former`` are options that are offered no more and stay where they are chosen. A field is retired, never deleted.
    """

    key = models.CharField(_("key"), max_length=40)
    label = models.CharField(pgettext_lazy("field", "label"), max_length=40)
    kind = models.CharField(_("kind of field"), max_length=40)
    help = models.CharField(_("help for editors"), max_length=200, blank=True)
    required = models.BooleanField(_("required"), default=False)
    options = models.JSONField(_("options"), default=list, blank=True)
    former = models.JSONField(_("former options"), default=list, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    used_at = models.DateTimeField(_("first used"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def kind_label(self) -> str:
        """Its kind in words."""
        return str(kind_of(self.kind).label or self.kind)

    @property
    def shape(self) -> FieldShape:
        """The definition as it is passed around."""
        return FieldShape(
            key=self.key,
            label=self.label,
            kind=self.kind,
            help=self.help,
            required=self.required,
            options=tuple(self.options),
            former=tuple(self.former),
            retired_on=self.retired_on,
        )


class FoundValue(models.Model):
    """A value by which a record is found: beside the record, which holds it, and written whenever readers see another one.

    Which of ``text`` and ``figure`` it is, its kind says. The plugin adds the record.
    """

    type = models.CharField(_("key of the type"), max_length=40)
    field = models.CharField(_("key of the field"), max_length=40)
    text = models.CharField(_("value as text"), max_length=200, blank=True)
    figure = models.BigIntegerField(_("value as a number"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.type}.{self.field}"
