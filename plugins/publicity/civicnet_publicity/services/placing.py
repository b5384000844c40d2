"""Placing: where else an article stands, by wish of its editors or by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from civicnet.contract import Actor, require
from civicnet.gateway.content.addresses import absolute
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_publicity import permissions
from civicnet_publicity.addresses import relative
from civicnet_publicity.errors import CannotPlace, NotPlaced, NotPublished
from civicnet_publicity.events import ArticlePlaced, ArticlePublished, ArticleUnpublished, ArticleWithdrawn
from civicnet_publicity.models import ArticlePage, ColumnPage, Placement, PlacementState
from civicnet_publicity.services.following import follow_channels
from civicnet_publicity.services.linking import follow_interpretations
from civicnet_publicity.services.planning import follow_plans
from civicnet_publicity.services.reasons import require_reason
from civicnet_publicity.services.types import follow_values


@transaction.atomic
def place_article(*, article: ArticlePage, column: ColumnPage, actor: Actor) -> Placement:
    """Let a published article also stand in a column of another site.

    Raises:
        Refused: the actor may not place articles.
        NotPublished: readers cannot see the article at home.
        CannotPlace: the column is at home, not public, or has this address already.
    """
    require(permissions.can_place(actor))
    if not article.live or article.first_published_at is None:
        raise NotPublished()
    if obstacle := _obstacle(article, column):
        raise CannotPlace(obstacle, field="column")
    return _place(article, column, actor)


@transaction.atomic
def withdraw_article(*, article: ArticlePage, column: ColumnPage, actor: Actor, reason: str) -> None:
    """Take an article out of a column of another site. It stays where it lives.

    Raises:
        Refused: the actor may not place articles.
        InvalidInput: no reason was given.
        NotPlaced: the article does not stand there.
    """
    require(permissions.can_place(actor))
    require_reason(reason)
    placement = Placement.objects.filter(article=article, column=column, state=PlacementState.PLACED).first()
    if placement is None:
        raise NotPlaced()
    _withdraw(placement, actor, reason)
    _forget_wish(article, column)


@transaction.atomic
def follow_publication(*, article: ArticlePage, actor: Actor) -> None:
    """Bring the placements in line with what the published version wishes. A wish that cannot be met says why."""
    wished = list(article.also_in.all())
    for column in wished:
        if obstacle := _obstacle(article, column):
            _refuse(article, column, actor, obstacle)
        else:
            _place(article, column, actor)
    for placement in article.placements.filter(state=PlacementState.PLACED).exclude(column__in=wished):
        _withdraw(placement, actor, _("The published version no longer names this column."))
    follow_channels(article=article)
    follow_interpretations(article=article)
    follow_values(article=article)
    follow_plans(article=article, actor=actor)
    record(actor=actor, action="publicity.publish_article", subject=article, after={"title": article.title})
    announce(ArticlePublished(article_id=article.pk, title=article.title, url=absolute(article.url_path)))


@transaction.atomic
def follow_approval(*, article: ArticlePage, actor: Actor) -> None:
    """An article was approved for a moment that is yet to come. Until then it stands nowhere, and nobody is told of it."""
    for placement in article.placements.filter(state=PlacementState.PLACED):
        _withdraw(placement, actor, _("The article is no longer published."))
    at = article.go_live_at.isoformat() if article.go_live_at else ""
    record(actor=actor, action="publicity.schedule_article", subject=article, after={"go_live_at": at})


@transaction.atomic
def follow_unpublication(*, article: ArticlePage, actor: Actor) -> None:
    """Withdraw an article from everywhere because it no longer stands at home."""
    for placement in article.placements.filter(state=PlacementState.PLACED):
        _withdraw(placement, actor, _("The article is no longer published."))
    # One that is being deleted still looks as if it were published.
    follow_channels(article=article, gone=True)
    follow_interpretations(article=article, gone=True)
    follow_values(article=article, gone=True)
    record(actor=actor, action="publicity.unpublish_article", subject=article, operation=Operation.DELETE)
    announce(ArticleUnpublished(article_id=article.pk, title=article.title))


def _obstacle(article: ArticlePage, column: ColumnPage) -> str:
    site = column.get_site()
    if site is None or site == article.get_site():
        return _("The column “%(column)s” is not on another site.") % {"column": column.title}
    if not column.live or column.get_view_restrictions().exists() or article.get_view_restrictions().exists():
        return _("The article or the column “%(column)s” is not public.") % {"column": column.title}
    placed = Placement.objects.filter(column=column, state=PlacementState.PLACED, article__slug=article.slug)
    if column.get_children().filter(slug=article.slug).exists() or placed.exclude(article=article).exists():
        return _("Another article in “%(column)s” has the address “%(slug)s”.") % {
            "column": column.title,
            "slug": article.slug,
        }
    return ""


def _place(article: ArticlePage, column: ColumnPage, actor: Actor) -> Placement:
    site = column.get_site()
    path = f"{relative(site, column)}{article.slug}/"
    known = Placement.objects.select_for_update().filter(article=article, column=column).first()
    if known and (known.state, known.url_path, known.site_id) == (PlacementState.PLACED, path, site.pk):
        return known
    placement = known or Placement(article=article, column=column)
    before = {"state": known.state, "url_path": known.url_path} if known else {}
    placement.site, placement.url_path = site, path
    placement.state, placement.placed_at, placement.error = PlacementState.PLACED, timezone.now(), ""
    placement.save()
    after = {"state": placement.state, "url_path": path}
    record(actor=actor, action="publicity.place_article", subject=placement, before=before, after=after)
    announce(ArticlePlaced(article_id=article.pk, column_id=column.pk, site_id=site.pk))
    return placement


def _withdraw(placement: Placement, actor: Actor, reason: str) -> None:
    placement.state = PlacementState.WITHDRAWN
    placement.save(update_fields=["state"])
    record(
        actor=actor,
        action="publicity.withdraw_article",
        subject=placement,
        before={"state": PlacementState.PLACED.value},
        after={"state": PlacementState.WITHDRAWN.value},
        reason=reason,
        operation=Operation.DELETE,
    )
    announce(
        ArticleWithdrawn(article_id=placement.article_id, column_id=placement.column_id, site_id=placement.site_id)
    )


def _refuse(article: ArticlePage, column: ColumnPage, actor: Actor, obstacle: str) -> None:
    site = column.get_site() or article.get_site()
    placement, _created = Placement.objects.update_or_create(
        article=article,
        column=column,
        defaults={
            "site": site,
            "url_path": f"/{column.slug}/{article.slug}/",
            "state": PlacementState.WITHDRAWN,
            "error": obstacle[:255],
        },
    )
    record(actor=actor, action="publicity.fail_to_place", subject=placement, reason=obstacle)


def _forget_wish(article: ArticlePage, column: ColumnPage) -> None:
    # Left in the live or latest version, the wish would put the article back at its next publication.
    article.also_in.through.objects.filter(articlepage_id=article.pk, columnpage_id=column.pk).delete()
    kept = {article.live_revision_id, article.latest_revision_id} - {None}
    for revision in Revision.objects.filter(pk__in=kept):
        wishes = revision.content.get("also_in", [])
        if column.pk in wishes:
            revision.content["also_in"] = [pk for pk in wishes if pk != column.pk]
            revision.save(update_fields=["content"])
