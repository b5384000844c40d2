"""Import jobs, uploads, exports, and requests for full values. Callers import from here, never from the submodules."""

from civicnet.exchange.models.disclosure import (
    DECIDED,
    FETCHABLE,
    MOST_FETCHES,
    DisclosureRequest,
    DisclosureState,
)
from civicnet.exchange.models.jobs import (
    GOOD,
    RUNNING,
    UNDOABLE,
    ExportRun,
    Finding,
    ImportJob,
    JobState,
    Outcome,
    RowKind,
    SpoolChunk,
    upload_storage,
)
from civicnet.exchange.models.mapping import ColumnMapping
from civicnet.exchange.models.uploads import Upload

__all__ = [
    "DECIDED",
    "FETCHABLE",
    "GOOD",
    "MOST_FETCHES",
    "RUNNING",
    "UNDOABLE",
    "ColumnMapping",
    "DisclosureRequest",
    "DisclosureState",
    "ExportRun",
    "Finding",
    "ImportJob",
    "JobState",
    "Outcome",
    "RowKind",
    "SpoolChunk",
    "Upload",
    "upload_storage",
]
