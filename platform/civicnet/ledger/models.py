"""Audit records and the change log: rows that are only ever added; and the steps of content versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """A ledger row was about to be changed or deleted through the ORM."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses the two calls that would rewrite history."""

    def update(self, **kwargs: Any) -> int:
        """Never allowed."""
        raise AppendOnlyError("ledger rows are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Never allowed."""
        raise AppendOnlyError("ledger rows are never deleted")


class AppendOnlyModel(models.Model):
    """A row that is added once, and stays."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that exists is never saved again."""
        if self.pk is not None:
            raise AppendOnlyError("ledger rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never allowed."""
        raise AppendOnlyError("ledger rows are never deleted")


class LedgerRow(AppendOnlyModel):
    """When, who, and about what. Objects are named by text, so that the ledger outlives what it speaks of."""

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False, db_index=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    object_type = models.CharField(_("type of object"), max_length=100)
    object_id = models.CharField(_("object's id"), max_length=64)

    class Meta:
        abstract = True


class AuditRecord(LedgerRow):
    """Who did what to what, from where and why; written in the same transaction as the deed, and chained by its writer.

    Records from before the chain have no place in one: ``chain`` is empty and ``position`` is null.
    """

    actor_label = models.CharField(_("actor"), max_length=200)
    action = models.CharField(_("action"), max_length=100, db_index=True)
    object_label = models.CharField(_("object"), max_length=200)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    origin = models.CharField(_("from where"), max_length=200, blank=True)
    chain = models.CharField(_("chain"), max_length=32, blank=True)
    position = models.BigIntegerField(_("place in the chain"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="audit_place")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"


class AuditSeal(AppendOnlyModel):
    """How far all chains had come at a time, linked to the seal before; what was committed by then is countable for ever."""

    number = models.BigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    heads = models.JSONField(_("heads of the chains"), default=dict)
    records = models.BigIntegerField(_("records sealed so far"))
    previous = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class Operation(models.TextChoices):
    """What a reader who keeps a copy has to do."""

    UPSERT = "UPSERT", _("added or changed")
    DELETE = "DELETE", _("gone")


class ChangeRecord(LedgerRow):
    """One row that came, changed or went: what a mirror needs, without the values."""

    # Nobody asks for changes by their time, and an index more is paid for by each row of a bulk write.
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    operation = models.CharField(_("operation"), max_length=8, choices=Operation.choices)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "id"], name="change_type")]

    def __str__(self) -> str:
        return f"{self.operation} {self.object_type} {self.object_id}"


class ContentStamp(models.Model):
    """A step of a table's content version, written by triggers; the sum of a kind's steps is its version.

    ``kind`` is a table's name, or a name that a cache made up for what can be purged.
    """

    kind = models.CharField(_("kind"), max_length=200, db_index=True)
    n = models.BigIntegerField(_("step"))

    class Meta:
        verbose_name = _("content stamp")
        verbose_name_plural = _("content stamps")

    def __str__(self) -> str:
        return f"{self.kind} {self.n}"
