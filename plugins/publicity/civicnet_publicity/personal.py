"""Authors as people: where an article names them, and taking the name out of every version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Revision

from civicnet.contract import Actor, PersonalQuery, PersonalRecord, require
from civicnet.ledger.services import record
from civicnet.lifecycle.personal import retention
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.services import send_anew

CHUNK = 200


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """Articles of the person's account that carry one of their names."""
    return [
        PersonalRecord(
            model="ArticlePage",
            key=str(article.pk),
            label=article.title,
            values={"author": article.author},
            since=timezone.localdate(article.first_published_at) if article.first_published_at else None,
        )
        for article in _articles(query)
    ]


@transaction.atomic
def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Take the name off the articles, published ones too; the articles stay.

    Raises:
        Refused: not by a person; the host's command asks.
    """
    require(actor.kind == "system")
    articles = list(_articles(query).select_for_update(of=("self",)))
    for article in articles:
        _unsign(article, set(query.names), "publicity.erase_author", actor, reason)
        # Where it stands elsewhere, the name goes too.
        send_anew(article=article.pk)
    return len(articles)


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Take the name off articles that were taken down longer ago than the manifest allows; returns off how many."""
    require(actor.kind == "system")
    before = now - retention("publicity", "ArticlePage")["author"]
    done = 0
    while chunk := _forget_some(before, actor):
        done += chunk
    return done


@transaction.atomic
def _forget_some(before: datetime, actor: Actor) -> int:
    down = ArticlePage.objects.filter(
        live=False, first_published_at__isnull=False, latest_revision_created_at__lt=before
    )
    articles = list(down.exclude(author="").order_by("pk").select_for_update(of=("self",))[:CHUNK])
    for article in articles:
        _unsign(article, None, "publicity.forget_author", actor, "")
    return len(articles)


def _unsign(article: ArticlePage, names: set[str] | None, action: str, actor: Actor, reason: str) -> None:
    # Beside Wagtail's own saving: a new version would only keep the name in the old one.
    ArticlePage.objects.filter(pk=article.pk).update(author="")
    for version in Revision.objects.filter(pk__in=_versions(article)).iterator(chunk_size=CHUNK):
        author = version.content.get("author")
        if author and (names is None or author in names):
            Revision.objects.filter(pk=version.pk).update(content=version.content | {"author": ""})
    record(actor=actor, action=action, subject=article, reason=reason)


def _versions(article: ArticlePage) -> QuerySet[Any]:
    versions: QuerySet[Any] = article.revisions.order_by().values("pk")
    return versions


def _articles(query: PersonalQuery) -> QuerySet[ArticlePage]:
    # A name alone is nobody's: the account that owns the article makes it theirs.
    found: QuerySet[ArticlePage] = ArticlePage.objects.filter(owner__in=query.accounts, author__in=query.names)
    return found.exclude(author="").order_by("pk")
