"""Types of imports over GraphQL: an import with its numbers, what was found in it, and what can be imported at all."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.exchange.models import Finding, ImportJob, JobState, Outcome
from civicnet.exchange.preview import kind_counts
from civicnet.exchange.resource import Column, ImportResource
from civicnet.exchange.selectors import can_undo, findings, sentence
from civicnet.exchange.stops import error_sentence
from civicnet.gateway.connection import DEFAULT, MOST, paginate
from civicnet.gateway.prices import priced

PlatformImportState = graphene.Enum(
    "PlatformImportState", [(one, one) for one in JobState.values], description="Where an import stands."
)
PlatformImportOutcome = graphene.Enum(
    "PlatformImportOutcome",
    [(one, one) for one in Outcome.values if one != Outcome.OK],
    description="What became of a cell: tidied up, faulty, its row left out, or left as it was held.",
)
_ORDER = ("row", "id")
_COLUMNS = ("id", "row", "column", "outcome", "code", "params")


class PlatformImportColumn(graphene.ObjectType):
    """A column that a file may have."""

    heading = graphene.String(required=True, description="What stands above it; findings name it so.")
    label = graphene.String(required=True, description="The same in the caller's language, understood as well.")
    required = graphene.Boolean(required=True)
    note = graphene.String(required=True)
    example = graphene.String(required=True)

    @staticmethod
    def resolve_heading(column: Column, info: GraphQLResolveInfo) -> str:
        """As it is written into templates."""
        return str(column.column_name)


class PlatformImportResource(graphene.ObjectType):
    """A kind of rows that the caller may import."""

    key = graphene.String(required=True)
    label = graphene.String(required=True)
    columns = graphene.List(graphene.NonNull(PlatformImportColumn), required=True)

    @staticmethod
    def resolve_columns(resource: type[ImportResource], info: GraphQLResolveInfo) -> list[Column]:
        """In their order."""
        return [*resource.columns().values()]


class PlatformImportRows(graphene.ObjectType):
    """How many rows of a file are of which kind, beside what is held."""

    new = graphene.Int(required=True)
    changed = graphene.Int(required=True)
    unchanged = graphene.Int(required=True)
    faulty = graphene.Int(required=True)
    skipped = graphene.Int(required=True, description="Left out, such as subtotals and lines below the table.")


class PlatformImportCount(graphene.ObjectType):
    """How many rows something was done with, by the resource's own word for it."""

    name = graphene.String(required=True)
    count = graphene.Int(required=True)


class PlatformImportError(graphene.ObjectType):
    """Why an import was refused as a whole, has stopped, or waits."""

    code = graphene.String(required=True)
    message = graphene.String(required=True)


class PlatformImportFinding(graphene.ObjectType):
    """What was found in one cell. The cell's value is not kept."""

    row = graphene.Int(required=True, description="As the file counts them, its heading included.")
    column = graphene.String(required=True, description="The heading; empty where it concerns the row as a whole.")
    outcome = PlatformImportOutcome(required=True)
    code = graphene.String(required=True)
    message = graphene.String(required=True)


class PlatformImportFindings(graphene.ObjectType):
    """A page of findings, in the order of the file."""

    nodes = graphene.List(graphene.NonNull(PlatformImportFinding), required=True)
    end_cursor = graphene.String()
    has_next_page = graphene.Boolean(required=True)


class _Facts:
    """What is told of an import wherever it is told."""

    id = graphene.ID(required=True)
    resource = graphene.String(required=True)
    file_name = graphene.String(required=True)
    state = PlatformImportState(required=True)
    rows_total = graphene.Int(
        required=True, description="Of the step it is at: rows to check, to let in or to take back."
    )
    rows_done = graphene.Int(required=True)
    rows = graphene.Field(PlatformImportRows, required=True)
    result = graphene.List(graphene.NonNull(PlatformImportCount), required=True, description="What was written.")
    undone = graphene.List(graphene.NonNull(PlatformImportCount), required=True, description="What was taken back.")
    can_undo = graphene.Boolean(required=True)
    error = graphene.Field(PlatformImportError)
    created_at = graphene.DateTime(required=True)
    finished_at = graphene.DateTime()

    @staticmethod
    def resolve_rows(job: ImportJob, info: GraphQLResolveInfo) -> dict[str, int]:
        """By kind."""
        counts = {kind.lower(): count for kind, count in kind_counts(job).items()}
        return counts | {"faulty": counts["fault"], "skipped": job.count(Outcome.SKIPPED)}

    @staticmethod
    def resolve_result(job: ImportJob, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """By name."""
        return _counts(job.result)

    @staticmethod
    def resolve_undone(job: ImportJob, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """By name."""
        return _counts(job.undone)

    @staticmethod
    def resolve_can_undo(job: ImportJob, info: GraphQLResolveInfo) -> bool:
        """Whether something is in that can still be taken back."""
        return can_undo(job)

    @staticmethod
    def resolve_error(job: ImportJob, info: GraphQLResolveInfo) -> dict[str, str] | None:
        """In the caller's language where the code is one of ours."""
        return {"code": job.error_code, "message": error_sentence(job)} if job.error_code else None


class PlatformImport(_Facts, graphene.ObjectType):
    """A file on its way in, as it stands now."""

    findings = priced(
        graphene.Field(
            PlatformImportFindings,
            required=True,
            outcome=PlatformImportOutcome(description="Only those; left out, all."),
            first=graphene.Int(default_value=DEFAULT, description=f"At most {MOST}."),
            after=graphene.String(description="The cursor of the page before."),
        ),
        cost=50,
    )

    @staticmethod
    def resolve_findings(
        job: ImportJob,
        info: GraphQLResolveInfo,
        first: int | None = DEFAULT,
        after: str | None = None,
        outcome: Any = None,
    ) -> dict[str, Any]:
        """One statement a page."""
        rows = findings(job, outcome=getattr(outcome, "value", outcome) or "")
        page = paginate(rows, columns=_COLUMNS, order=_ORDER, first=first, after=after)
        told = [_told(Finding(**one), job) for one in page.rows]
        return {"nodes": told, "end_cursor": page.end_cursor, "has_next_page": page.has_next_page}


class PlatformImportEntry(_Facts, graphene.ObjectType):
    """An import in a list, as it stands now. What was found in it is asked of the import alone."""


class PlatformImportColumnInput(graphene.InputObjectType):
    """Which column of a file is which."""

    heading = graphene.String(required=True, description="As it stands in the file.")
    column = graphene.String(
        description="The heading of ours that it stands for, see platformImportResources; null for one to be left out."
    )


class PlatformImportPayload(graphene.ObjectType):
    """The import after the deed."""

    job = graphene.Field(PlatformImport, required=True, name="import")


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in sorted(counts.items())]


def _told(one: Finding, job: ImportJob) -> dict[str, Any]:
    return {
        "row": one.row,
        "column": one.column,
        "outcome": one.outcome,
        "code": one.code,
        "message": sentence(one, job),
    }
