"""What the feed keeps: marks of what was written, what it last said of each node, and how far it has come."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.ledger.models import Operation


def new_epoch() -> str:
    """The name of a feed from its beginning on; no two feeds have one."""
    return secrets.token_hex(8)


class FeedMark(models.Model):
    """Something was written on which a node depends, or, without a number, all nodes of a type.

    Triggers of the database put it there in the transaction that wrote. ``position``: of all, those up to this number have been
    looked at.
    """

    type = models.CharField(_("type"), max_length=100)
    object_id = models.BigIntegerField(_("number"), null=True, blank=True)
    position = models.BigIntegerField(_("looked at up to"), default=0)

    class Meta:
        verbose_name = _("mark of the change feed")
        verbose_name_plural = _("marks of the change feed")
        default_permissions = ()
        indexes = [models.Index(fields=["type", "object_id"], name="feed_marks")]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id or '*'}"


class FeedEntry(models.Model):
    """What the feed last said of a node, to those who see its organisation's ``path``; it moves on with every change.

    ``state`` is a fingerprint of what was to be seen of it then.
    """

    sequence = models.BigIntegerField(_("place in the feed"), primary_key=True)
    type = models.CharField(_("type"), max_length=100)
    object_id = models.BigIntegerField(_("number"))
    path = models.CharField(_("organisation's path"), max_length=255, blank=True)
    operation = models.CharField(_("operation"), max_length=8, choices=Operation.choices)
    state = models.CharField(_("fingerprint"), max_length=32, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("entry of the change feed")
        verbose_name_plural = _("entries of the change feed")
        ordering = ["sequence"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["type", "object_id", "path"], name="feed_says_one_thing")]
        indexes = [
            models.Index(fields=["type", "sequence"], name="feed_of_a_type"),
            models.Index(fields=["at"], condition=models.Q(operation="DELETE"), name="feed_tombstones"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.operation} {self.type} {self.object_id}"


class FeedState(models.Model):
    """The one row that whoever writes into the feed holds.

    ``last`` is the last place given away, ``horizon`` the last from which a tombstone has been forgotten.
    """

    epoch = models.CharField(_("epoch"), max_length=16, default=new_epoch)
    last = models.BigIntegerField(_("last place"), default=0)
    horizon = models.BigIntegerField(_("forgotten up to"), default=0)

    class Meta:
        verbose_name = _("state of the change feed")
        verbose_name_plural = _("states of the change feed")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.epoch}: {self.last}"
