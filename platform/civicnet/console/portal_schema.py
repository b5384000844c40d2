"""Imports over GraphQL: a portal begins one with a file that it has uploaded, looks at what was found, and lets it in.

Gateway and exchange know nothing of each other; this room stands above both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from civicnet.console.portal_types import (
    PlatformImport,
    PlatformImportColumnInput,
    PlatformImportEntry,
    PlatformImportPayload,
    PlatformImportResource,
)
from civicnet.contract import Actor, NotFound
from civicnet.exchange.models import ImportJob
from civicnet.exchange.offers import importable
from civicnet.exchange.selectors import job_for, own_jobs
from civicnet.exchange.services import cancel_job, confirm_job, undo_job
from civicnet.exchange.uploads import start_import
from civicnet.gateway.cache.lifetimes import never_kept
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.idempotency import idempotency_key, idempotent

_NEWEST = ("-created_at", "-id")
_COLUMNS = tuple(one.attname for one in ImportJob._meta.concrete_fields)


class JobPage:
    """A page of jobs: rows as they were read, told as jobs."""

    def __init__(self, page: Page) -> None:
        self.page_info, self.count = page, page.count
        self.nodes = [ImportJob(**{name: row[name] for name in _COLUMNS}) for row in page.rows]

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The jobs with their cursors."""
        return [
            {"node": node, "cursor": cursor} for node, cursor in zip(self.nodes, self.page_info.cursors, strict=True)
        ]


class ImportsQuery:
    """Root fields for reading: what can be imported, and how far an import is."""

    platform_import = graphene.Field(
        PlatformImport,
        id=graphene.ID(required=True),
        description="An import of the caller's own, or of an area whose imports the caller may see; else null.",
    )
    platform_imports = ConnectionField(PlatformImportEntry, description="The caller's own imports, the newest first.")
    platform_import_resources = graphene.List(
        graphene.NonNull(PlatformImportResource), required=True, description="What the caller may import."
    )

    @staticmethod
    def resolve_platform_import(root: Any, info: GraphQLResolveInfo, id: str) -> ImportJob | None:  # noqa: A002
        """The job as it stands now."""
        never_kept(info)
        try:
            return job_for(info.context.actor, _uuid(id))
        except NotFound:
            return None

    @staticmethod
    def resolve_platform_imports(root: Any, info: GraphQLResolveInfo, **page: Any) -> JobPage:
        """One statement a page."""
        never_kept(info)
        return JobPage(paginate(own_jobs(info.context.actor), columns=_COLUMNS, order=_NEWEST, **page))

    @staticmethod
    def resolve_platform_import_resources(root: Any, info: GraphQLResolveInfo) -> list[Any]:
        """Of the plugins that are on."""
        never_kept(info)
        return importable(info.context.actor)


class ImportsMutation:
    """Root fields for writing, each over the service of its name."""

    platform_start_import = graphene.Field(
        PlatformImportPayload,
        upload=graphene.ID(required=True, description="What the upload was answered with; the import keeps this id."),
        resource=graphene.String(required=True, description="A key of platformImportResources."),
        columns=graphene.List(
            graphene.NonNull(PlatformImportColumnInput),
            description="Which columns of the file are which; those that are not named are found by their headings.",
        ),
        sheet=graphene.String(description="The sheet to read; without it the one that fits best."),
        idempotency_key=idempotency_key(),
        description="Have an uploaded file checked in the background. Nothing is written before it is confirmed.",
    )
    platform_confirm_import = graphene.Field(
        PlatformImportPayload,
        id=graphene.ID(required=True),
        all_or_nothing=graphene.Boolean(default_value=False, description="Let no row in unless all can go in."),
        idempotency_key=idempotency_key(),
        description="Let the good rows of a checked import in; or let one that failed half-way go on.",
    )
    platform_cancel_import = graphene.Field(
        PlatformImportPayload,
        id=graphene.ID(required=True),
        idempotency_key=idempotency_key(),
        description="Stop an import between two chunks. What is in stays in, and can be taken back.",
    )
    platform_undo_import = graphene.Field(
        PlatformImportPayload,
        id=graphene.ID(required=True),
        idempotency_key=idempotency_key(),
        description="Have what an import wrote taken back; rows that were changed since stay, and are named.",
    )

    @staticmethod
    def resolve_platform_start_import(
        root: Any,
        info: GraphQLResolveInfo,
        upload: str,
        resource: str,
        columns: Sequence[Mapping[str, Any]] | None = None,
        sheet: str | None = None,
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        actor: Actor = info.context.actor
        given: dict[str, Any] = {
            "columns": [(one["heading"], one.get("column")) for one in columns or ()],
            "sheet": sheet or "",
        }
        return _done(info, lambda: start_import(upload=_uuid(upload), resource=resource, actor=actor, **given))

    @staticmethod
    def resolve_platform_confirm_import(
        root: Any,
        info: GraphQLResolveInfo,
        id: str,  # noqa: A002
        all_or_nothing: bool | None = False,
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        return _done_to(info, id, partial(confirm_job, all_or_nothing=bool(all_or_nothing)))

    @staticmethod
    def resolve_platform_cancel_import(
        root: Any,
        info: GraphQLResolveInfo,
        id: str,  # noqa: A002
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        return _done_to(info, id, cancel_job)

    @staticmethod
    def resolve_platform_undo_import(
        root: Any,
        info: GraphQLResolveInfo,
        id: str,  # noqa: A002
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        return _done_to(info, id, undo_job)


def _done_to(info: GraphQLResolveInfo, key: str, act: Callable[..., ImportJob]) -> dict[str, Any]:
    actor: Actor = info.context.actor
    return _done(info, lambda: act(job=job_for(actor, _uuid(key)), actor=actor))


def _done(info: GraphQLResolveInfo, act: Callable[[], ImportJob]) -> dict[str, Any]:
    found = idempotent(info, lambda: {"id": str(act().pk)})
    return {"job": job_for(info.context.actor, UUID(found["id"]))}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error
