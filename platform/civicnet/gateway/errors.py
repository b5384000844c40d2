"""Errors as the outside sees them: a sentence, a place, and a code that does not change."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.utils.translation import gettext as _
from graphql import GraphQLError

from civicnet.contract import CivicNetError
from civicnet.gateway.parts import owner_of
from civicnet.gateway.sentences import said, without_suggestion
from civicnet.gateway.sunset import PluginDisabled
from civicnet.lifecycle.snapshot import Snapshot

logger = logging.getLogger(__name__)
_UNKNOWN = re.compile(
    r"(?:Cannot query field '(?P<field>\w+)' on type '(?:Query|Mutation)'|Unknown type '(?P<type>\w+)')"
)


def format_error(error: GraphQLError, *, code: str, snapshot: Snapshot, suggest: bool = True) -> dict[str, Any]:
    """One entry of ``errors``. What a resolver raised unnamed is logged, and told as INTERNAL_ERROR without detail.

    What the library says is said in the reader's language, and kept in ``extensions.detail``; without the names that it
    suggests where ``suggest`` is false.
    """
    entry: dict[str, Any] = {"message": error.message, "extensions": {"code": code}}
    original = error.original_error
    if isinstance(original, CivicNetError):
        entry["message"] = str(original)
        entry["extensions"] = {"code": original.code} | ({"field": original.field} if original.field else {})
        if isinstance(original, PluginDisabled):
            entry["extensions"]["plugin"] = original.plugin
    # A literal that its type cannot read is the document's fault, whatever the type raised.
    elif original is not None and not isinstance(original, GraphQLError) and code != "VALIDATION_FAILED":
        logger.error("a GraphQL resolver failed", exc_info=original)
        entry["message"] = _("The platform could not answer this part. The fault has been logged.")
        entry["extensions"] = {"code": "INTERNAL_ERROR"}
    elif plugin := _disabled_owner(error.message, snapshot):
        entry["message"] = str(PluginDisabled(plugin))
        entry["extensions"] = {"code": PluginDisabled.code, "plugin": plugin}
    elif told := said(error, code):
        entry["message"], detail = told
        entry["extensions"]["detail"] = detail if suggest else without_suggestion(detail)
    if error.locations:
        entry["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        entry["path"] = error.path
    return entry


def plain_error(code: str, message: Any) -> dict[str, Any]:
    """An entry of ``errors`` that concerns the request as a whole."""
    return {"message": str(message), "extensions": {"code": code}}


def _disabled_owner(message: str, snapshot: Snapshot) -> str | None:
    match = _UNKNOWN.search(message)
    plugin = owner_of(match["field"] or match["type"]) if match else None
    return plugin if plugin and not snapshot.is_on(plugin) else None
