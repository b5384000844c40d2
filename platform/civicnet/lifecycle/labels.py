"""Labels: what plugins are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from civicnet.lifecycle.registry import registry


def in_language(texts: Mapping[str, str], otherwise: str = "") -> str:
    """The text in the language in force, else the Chinese one, else the English one."""
    language = get_language() or "zh-hans"
    return texts.get(language) or texts.get("zh-hans") or texts.get("en") or otherwise


def plugin_label(slug: str) -> str:
    """What a plugin is called, or its slug where it is not loaded or has no name."""
    known = registry.manifests.get(slug)
    return in_language(known.label, slug) if known else slug
