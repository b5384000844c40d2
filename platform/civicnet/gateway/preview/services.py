"""Making previews and opening them: the right is asked for both times, so that one that was lost opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page, Revision

from civicnet.access.actors import client_actor
from civicnet.access.models import ApiClient, User
from civicnet.contract import Actor, Draft, Refused
from civicnet.gateway.content.addresses import Homes
from civicnet.gateway.content.visible import unrestricted
from civicnet.gateway.preview.errors import NoPreview, PreviewInvalid
from civicnet.gateway.preview.tokens import Claim, claim_of, signed

Drafts = Mapping[str, Draft]


def preview_by_editor(drafts: Drafts, page: Page, user: User) -> str:
    """A token for the latest saved text of a page, in the name of an editor. What is not saved is not in it.

    Raises:
        Refused: the person may not edit the page.
        NoPreview: it has no saved text, hangs below no site, is under a restriction, or is of a kind that is not told.
    """
    if not page.permissions_for_user(user).can_edit():
        raise Refused
    return _token(drafts, page, "staff", user.pk)


def preview_by_client(drafts: Drafts, type_name: str, pk: int, actor: Actor, site: int | None) -> str:
    """The same in the name of a client that reads drafts, for a page of the site at which it asks.

    Raises:
        Refused: the client may not read drafts of this type, told before the page is looked for.
        NoPreview: as above, and there is no such page here.
    """
    draft = drafts.get(type_name)
    if draft is None or actor.kind != "client" or not actor.may(draft.permission):
        raise Refused
    page = draft.model.objects.filter(pk=pk).first()
    if page is None or site_of(page) != site:
        raise NoPreview
    return _token(drafts, page, "client", int(actor.id))


def ends_at() -> datetime:
    """When a token that is made now ends."""
    return timezone.now() + timedelta(seconds=settings.CIVICNET_PREVIEW_SECONDS)


def opened(drafts: Drafts, token: str, site: int | None) -> tuple[Claim, Draft]:
    """What a token may show now, at this site, and who tells it.

    Raises:
        PreviewExpired: its minutes are over.
        PreviewInvalid: it is not ours or of another site, the page or the text is gone or restricted, the plugin is off, or
            whoever made it may not see the text any more.
    """
    claim = claim_of(token)
    draft = drafts.get(claim.type)
    if draft is None or claim.site != site:
        raise PreviewInvalid
    page = draft.model.objects.filter(unrestricted(), pk=claim.page).first()
    if page is None or site_of(page) != site or not _is_revision(claim) or not _still_may(claim, page, draft):
        raise PreviewInvalid
    return claim, draft


def site_of(page: Page) -> int | None:
    """The site on which a page stands."""
    return Homes().site_of(page.url_path)


def type_of(page: Page) -> str:
    """The node type of a page's kind; empty where it has none."""
    return str(getattr(page.specific_class, "node_type", ""))


def _token(drafts: Drafts, page: Page, kind: Literal["staff", "client"], by: int) -> str:
    site, revision = site_of(page), page.latest_revision_id
    shown = Page.objects.filter(unrestricted(), pk=page.pk).exists()
    if site is None or revision is None or not shown or type_of(page) not in drafts:
        raise NoPreview
    return signed(Claim(type_of(page), page.pk, revision, site, kind, by))


def _still_may(claim: Claim, page: Page, draft: Draft) -> bool:
    if claim.kind == "staff":
        person = User.objects.filter(pk=claim.by, is_active=True).first()
        return person is not None and page.permissions_for_user(person).can_edit()
    client = ApiClient.objects.select_related("organisation").filter(pk=claim.by).first()
    if client is None or client.has_ended(timezone.now()):
        return False
    return (not client.sites or claim.site in client.sites) and client_actor(client).may(draft.permission)


def _is_revision(claim: Claim) -> bool:
    found: bool = Revision.page_revisions.filter(pk=claim.revision, object_id=str(claim.page)).exists()
    return found
