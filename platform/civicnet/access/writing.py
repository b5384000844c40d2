"""Writing: below which pages a role writes articles, by Wagtail's page permissions; publishing is never among them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from civicnet.access.keeping import check_reason
from civicnet.access.roles import MANAGE, not_for_oneself
from civicnet.contract import Actor, require
from civicnet.ledger.services import record

_ON_PAGES = ("add_page", "change_page")
_IN_COLLECTIONS = ("add_image", "choose_image", "add_document", "choose_document")
_APPS = ("wagtailcore", "wagtailimages", "wagtaildocs")


def writable_pages() -> list[Page]:
    """The pages that can be chosen: all sites together, and the home page of each."""
    homes = Page.objects.filter(sites_rooted_here__isnull=False).distinct().order_by("path")
    return [Page.get_first_root_node(), *homes]


def pages_written_by(role: Group) -> set[int]:
    """Ids of the pages below which a role writes."""
    held = GroupPagePermission.objects.filter(group=role, permission__codename="add_page")
    return set(held.values_list("page_id", flat=True))


@transaction.atomic
def set_role_writing(*, role: Group, pages: Iterable[Page], actor: Actor, reason: str) -> None:
    """Let a role write below exactly these of the pages that can be chosen, with pictures and files for it.

    Raises:
        InvalidInput: no reason was given.
        Refused: the actor does not manage roles, or would give more to a role that they hold themselves.
    """
    require(actor.may(MANAGE))
    check_reason(reason)
    choice = {page.pk for page in writable_pages()}
    before, wanted = pages_written_by(role) & choice, {page.pk for page in pages} & choice
    if before == wanted:
        return
    not_for_oneself(role, {str(pk) for pk in wanted - before}, actor)
    GroupPagePermission.objects.filter(group=role, page__in=before - wanted).delete()
    for permission in _permissions(_ON_PAGES):
        for pk in wanted - before:
            GroupPagePermission.objects.get_or_create(group=role, page_id=pk, permission=permission)
    if wanted:
        root = Collection.get_first_root_node()
        for permission in _permissions(_IN_COLLECTIONS):
            GroupCollectionPermission.objects.get_or_create(group=role, collection=root, permission=permission)
    record(
        actor=actor,
        action="access.set_role_writing",
        subject=role,
        before={"pages": sorted(before)},
        after={"pages": sorted(wanted)},
        reason=reason,
    )


def _permissions(codenames: Iterable[str]) -> Iterable[Permission]:
    return Permission.objects.filter(codename__in=codenames, content_type__app_label__in=_APPS)
