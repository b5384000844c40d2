"""Personal fields as the manifests declare them, and the questions about one person that reach every loaded plugin."""

from __future__ import annotations

from datetime import timedelta

from civicnet.lifecycle.registry import registry


def retention(slug: str, model: str) -> dict[str, timedelta]:
    """How long a plugin holds the personal fields of one of its models, by field."""
    declared = registry.manifests[slug].personal
    return {one.field: timedelta(days=one.retention_days) for one in declared if one.model == model}
