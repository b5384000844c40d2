"""Uploads: files that an API client has sent and not yet said what to do with."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from civicnet.exchange.models.jobs import upload_storage

if TYPE_CHECKING:
    from civicnet.access.models import ApiClient


class Upload(models.Model):
    """One file, sealed. An import that is begun with it takes over its id and its file, and the row goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client: models.ForeignKey[ApiClient] = models.ForeignKey(
        "civicnet_access.ApiClient", on_delete=models.PROTECT, related_name="+"
    )
    file = models.FileField(storage=upload_storage, max_length=200)
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("upload")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name
