"""Linking: what a published text says of policies and interpretations is noted, so that both sides lead to each other."""

from __future__ import annotations

from collections.abc import Iterator

from civicnet_publicity.linking_blocks import Relation
from civicnet_publicity.models import ArticlePage, Interpretation


def follow_interpretations(*, article: ArticlePage, gone: bool = False) -> None:
    """Note what the published version says, in the caller's transaction; ``gone``: readers do not see it any more."""
    wanted = set() if gone else set(_said(article))
    held = {(row.policy_id, row.text_id): row.pk for row in Interpretation.objects.filter(said_by=article.pk)}
    if unsaid := [pk for pair, pk in held.items() if pair not in wanted]:
        Interpretation.objects.filter(pk__in=unsaid).delete()
    Interpretation.objects.bulk_create(
        Interpretation(policy_id=policy, text_id=text, said_by_id=article.pk)
        for policy, text in sorted(wanted - held.keys())
    )


def _said(article: ArticlePage) -> Iterator[tuple[int, int]]:
    for block in article.body.raw_data:
        value = block.get("value")
        other = value.get("article") if block.get("type") == "policy" and isinstance(value, dict) else None
        if isinstance(other, int) and other != article.pk:
            explains = value.get("relation") == Relation.EXPLAINS
            yield (other, article.pk) if explains else (article.pk, other)
