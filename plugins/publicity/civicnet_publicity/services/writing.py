"""Writing columns and articles from elsewhere than the editor, with all that it keeps: versions, log, rules of pages.

What readers may see of it is decided as in the editor: an article is published by its reviews, or by whoever holds the right to
publish what files bring in. The day of its publication is the day of the act, whatever it is dated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet_publicity.errors import AddressTaken, ChecksNotPassed
from civicnet_publicity.models import ArticlePage, ColumnKind, ColumnPage, HomePage
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.numbers import next_index_number
from civicnet_publicity.selectors.sheets import placed_slugs
from civicnet_publicity.services.gate import hold


@transaction.atomic
def write_article(
    *,
    article: ArticlePage,
    actor: Actor,
    desk: Desk,
    column: ColumnPage | None = None,
    publish: bool = False,
) -> ArticlePage:
    """Write an article as a new version, a new one into ``column``; what is disclosed gets its index number.

    With ``publish`` it is ``live`` afterwards, unless its checks stop it: then it stays a draft, which is recorded, and waits.

    Raises:
        Refused: the page is not the actor's to write, or they may not publish it.
        AddressTaken: an article placed in the column from another site has this address.
        InvalidInput: a rule of pages or of index numbers is broken; the sentence says which.
    """
    require(desk.may_add_to(column) if column is not None else desk.may_change(article))
    require(not publish or desk.publishes_articles)
    with LogContext(user=desk.user):
        with rules_told():
            _save(article, column, desk)
        revision = article.save_revision(user=desk.user, log_action=column is None, clean=False)
        record(actor=actor, action="publicity.write_article", subject=article, after={"title": article.title})
        if publish:
            try:
                revision.publish(user=desk.user, skip_permission_checks=True)
                article.live = True
            except ChecksNotPassed as error:
                hold(revision, error)
    return article


@transaction.atomic
def write_column(*, column: ColumnPage, actor: Actor, desk: Desk, home: HomePage | None = None) -> ColumnPage:
    """Write a column, a new one below ``home``; it is published if the actor may publish there, else a draft.

    Raises:
        Refused: the page is not the actor's to write.
        InvalidInput: a rule of pages is broken; the sentence says which.
    """
    require(desk.may_add_to(home) if home is not None else desk.may_change(column))
    with LogContext(user=desk.user):
        with rules_told():
            if home is not None:
                column.live = False
                home.add_child(instance=column)
            else:
                column.full_clean()
        revision = column.save_revision(user=desk.user, log_action=home is None, clean=False)
        record(actor=actor, action="publicity.write_column", subject=column, after={"title": column.title})
        if desk.may_publish(home or column):
            revision.publish(user=desk.user)
    return column


@contextmanager
def rules_told() -> Iterator[None]:
    """What a rule of pages says of them inside the block is an error of ours."""
    try:
        yield
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field=next(iter(getattr(error, "error_dict", {})), "")) from error


def _save(article: ArticlePage, column: ColumnPage | None, desk: Desk) -> None:
    if column is None:
        article.full_clean()
        return
    if (column.pk, article.slug) in placed_slugs([(column.pk, article.slug)]):
        raise AddressTaken(
            _("An article placed in this column from another site has this address already."), field="slug"
        )
    if column.kind == ColumnKind.DISCLOSURE and not article.index_number:
        article.index_number = next_index_number(column=column, year=timezone.localdate().year)
    article.live, article.owner = False, desk.user
    column.add_child(instance=article)
