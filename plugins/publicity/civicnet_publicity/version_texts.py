"""The text of a version, apart from what Wagtail keeps beside it, and the digest by which it is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from wagtail.models import COMMENTS_RELATION_NAME

# What a version keeps beside its text: comments, and Wagtail's own notes of the page's state and place.
_BESIDE = frozenset(
    {
        COMMENTS_RELATION_NAME, "depth", "draft_title", "expired", "first_published_at", "has_unpublished_changes",
        "last_published_at", "latest_revision", "latest_revision_created_at", "live", "live_revision", "locked", "locked_at",
        "locked_by", "numchild", "path", "search_index_entries", "translation_key", "url_path",
    }
)  # fmt: skip


def text_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What readers would see of a version, and when and where."""
    return {name: value for name, value in content.items() if name not in _BESIDE}


def text_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over the text of a version."""
    return digest_of(text_of(content))


def digest_of(facts: Any) -> str:
    """SHA-256 over plain facts, whatever order they come in."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
