"""Taking an article down: at once, everywhere, with a reason, and without a right to publish anything."""

from __future__ import annotations

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction

from civicnet.access.models import User
from civicnet.contract import Actor, NotFound, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet_publicity.errors import AlreadyDown
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.permissions import can_place
from civicnet_publicity.services.reasons import require_reason

LONGEST_REASON = 200


@transaction.atomic
def take_down(*, article: int, actor: Actor, reason: str) -> ArticlePage:
    """Take a published article off all sites, and wish it gone from every channel. It stays as a draft.

    Raises:
        Refused: the actor may not place articles, and so not withdraw them.
        InvalidInput: no reason was given, or one too long.
        NotFound: there is no such article.
        AlreadyDown: readers do not see it any more.
    """
    require(can_place(actor))
    require_reason(reason, most=LONGEST_REASON)
    # Both rows, in the order in which a publication writes them: it comes before or after, and never half.
    page = ArticlePage.objects.select_for_update(of=("page_ptr", "self")).filter(pk=article).first()
    if page is None:
        raise NotFound()
    if not page.live:
        raise AlreadyDown()
    # What follows on sites and in channels is heard from Wagtail's signal, as when it ends by itself.
    person = User.objects.filter(pk=actor.id).first() if actor.kind == "staff" else None
    # Wagtail's own right would let them publish too.
    UnpublishPageAction(page, user=person).execute(skip_permission_checks=True)
    record(
        actor=actor, action="publicity.take_down", subject=page, after={"title": page.title}, reason=reason.strip(),
        operation=Operation.DELETE,
    )  # fmt: skip
    return page
