"""Import jobs, their spools and findings: a file on its way into the city, and how far it has come; and exports."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from civicnet.cipher.fields import EncryptedField

if TYPE_CHECKING:
    from civicnet.access.models import ApiClient, User


def upload_storage() -> Storage:
    """Where uploads wait: never under the media address, for they hold personal data."""
    return storages["uploads"]


class JobState(models.TextChoices):
    """Where a job stands."""

    UPLOADED = "UPLOADED", _("waiting to be checked")
    CHECKING = "CHECKING", _("being checked")
    CHECKED = "CHECKED", _("waiting for your confirmation")
    APPLYING = "APPLYING", _("being imported")
    APPLIED = "APPLIED", _("imported")
    REFUSED = "REFUSED", _("refused")
    FAILED = "FAILED", _("stopped by an error")
    CANCELLED = "CANCELLED", _("cancelled")
    UNDOING = "UNDOING", _("being undone")
    UNDONE = "UNDONE", _("undone")


class Outcome(models.TextChoices):
    """What became of a row, or of a cell."""

    OK = "OK", _("good")
    NORMALISED = "NORMALISED", _("tidied up")
    FAULT = "FAULT", _("faulty")
    SKIPPED = "SKIPPED", _("left out")
    # Good when it was checked; but what is held had changed by the time it was to go in, or to be undone.
    LEFT = "LEFT", _("left as it is")


class RowKind(models.TextChoices):
    """What a good row is beside what is held already."""

    NEW = "NEW", _("new row")
    CHANGED = "CHANGED", _("changed row")
    UNCHANGED = "UNCHANGED", _("unchanged row")


GOOD = (Outcome.OK, Outcome.NORMALISED)
RUNNING = (JobState.UPLOADED, JobState.CHECKING, JobState.APPLYING, JobState.UNDOING)
# Whatever of a file has gone in by then can be taken back.
UNDOABLE = (JobState.APPLIED, JobState.FAILED, JobState.CANCELLED)


class ImportJob(models.Model):
    """One file on its way in. ``applied_through`` is the last row of the file that is in for good.

    ``counts`` holds rows by outcome, ``kinds`` good rows by kind, ``result`` what became of them. With ``all_or_nothing``
    a job that cannot go through takes back what is in, which then counts as ``undone_as_promised``. ``undo_until`` is how
    long it can be taken back at all.
    It belongs to its ``owner`` or to a ``client``; what has neither is the system's.
    ``organisation`` is the area for which the owner may import: only colleagues of that area see the job.
    ``columns`` says which are which, as the owner chose or as they were found. ``sheet`` is where the rows were taken
    from, ``other_sheets`` are those beside it that hold something and were left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.CharField(_("kind"), max_length=64)
    file = models.FileField(_("file"), storage=upload_storage, max_length=200)
    file_name = models.CharField(_("file name"), max_length=255)
    format = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64, db_index=True)
    owner: models.ForeignKey[User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        related_name="import_jobs",
    )
    client: models.ForeignKey[ApiClient | None] = models.ForeignKey(
        "civicnet_access.ApiClient",
        verbose_name=_("API client"),
        on_delete=models.PROTECT,
        null=True,
        related_name="import_jobs",
    )
    organisation = models.ForeignKey(
        "civicnet_access.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=JobState.choices, default=JobState.UPLOADED)
    columns: Any = models.JSONField(null=True)
    sheet = models.CharField(max_length=255, blank=True)
    other_sheets = models.JSONField(default=list)
    headings = models.JSONField(default=list)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    applied_through = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    kinds = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=64, blank=True)
    error_params = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    beat_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    all_or_nothing = models.BooleanField(_("all rows or none"), default=False)
    undo_until = models.DateTimeField(null=True)
    undone = models.JSONField(default=dict)
    undone_as_promised = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        permissions = [("view_burden", "Can see who asks what, and what it costs")]
        constraints = [
            models.CheckConstraint(
                name="import_belongs_to_one", condition=models.Q(owner__isnull=True) | models.Q(client__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} {localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        """Whether a worker has, or will have, something to do."""
        return self.state in RUNNING

    @property
    def good_rows(self) -> int:
        """How many rows a confirmation lets in."""
        return sum(self.counts.get(outcome, 0) for outcome in GOOD)

    def count(self, outcome: str) -> int:
        """How many rows came out like this."""
        return int(self.counts.get(outcome, 0))


class SpoolChunk(models.Model):
    """Rows of a file that came out good, as many as go in with one transaction, in the order of the file.

    ``sealed`` holds them until they are in, ``image`` from then on what stood there before: both encrypted as a whole,
    because a seal a row costs more than everything else. ``kinds`` and ``columns`` count its rows by kind and its changes
    by column, so that a page of a preview opens no more chunks than it shows.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    kinds: Any = models.JSONField(default=dict)
    columns: Any = models.JSONField(default=dict)
    sealed = EncryptedField(blank=True)
    image = EncryptedField(blank=True)

    class Meta:
        verbose_name = _("chunk of the spool")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_spool_chunk_per_number")]

    def __str__(self) -> str:
        return f"{self.first_row}-{self.last_row}"

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(self.kinds.values())


class Finding(models.Model):
    """What was found in one cell: ``column`` is our heading, ``code`` and ``params`` make the sentence.

    The cell's value is not kept.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    code = models.CharField(max_length=64)
    params: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("finding")
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["job", "outcome", "code", "row"], name="finding_kind")]

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.code}"


class ExportRun(models.Model):
    """One export: who took which rows out, so that the audit can name it."""

    resource = models.CharField(_("kind"), max_length=64)
    format = models.CharField(max_length=8)
    rows = models.PositiveIntegerField(_("rows"))
    owner: models.ForeignKey[User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("export")

    def __str__(self) -> str:
        return f"{self.resource} {self.format}"
