"""Policies and their interpretations: each leads to the other, whichever of the two says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from civicnet.gateway.content.links import page_links
from civicnet_publicity.models import Interpretation


@dataclass(frozen=True, slots=True)
class Related:
    """What an article interprets, and what interprets it, where its own text does not say so; links with title and address."""

    policies: tuple[dict[str, Any], ...] = ()
    texts: tuple[dict[str, Any], ...] = ()


def interpretations_among(articles: Sequence[int]) -> dict[int, Related]:
    """What each of these articles interprets and what interprets it, whichever text says so, where readers can see it.

    Two statements.
    """
    pairs = said_pairs(articles)
    # Asked also of nobody, so that a page costs the same whichever articles are on it.
    links = page_links({pk for pair in pairs for pk in pair} or {0})
    return {
        pk: Related(
            tuple(links[policy] for policy, text in pairs if text == pk and policy in links),
            tuple(links[text] for policy, text in pairs if policy == pk and text in links),
        )
        for pk in articles
    }


def said_pairs(articles: Sequence[int]) -> list[tuple[int, int]]:
    """Policies and the texts that interpret them, of which either is among these, each pair once. One statement."""
    among = Interpretation.objects.filter(Q(policy__in=articles) | Q(text__in=articles)).order_by("pk")
    return list(dict.fromkeys(among.values_list("policy", "text")))


def interpretations_of(article: int) -> Related:
    """What other articles say of this one, where readers can see them. Two statements at most."""
    said = Interpretation.objects.filter(Q(policy=article) | Q(text=article)).exclude(said_by=article).order_by("pk")
    rows = list(said.values_list("policy", "text"))
    links = page_links({pk for row in rows for pk in row if pk != article})
    policies = dict.fromkeys(policy for policy, text in rows if text == article)
    texts = dict.fromkeys(text for policy, text in rows if policy == article)
    return Related(*(tuple(links[pk] for pk in found if pk in links) for found in (policies, texts)))
