"""Routing: asking other plugins for a post, and trusting the answer only as far as it can be stored."""

from __future__ import annotations

from civicnet.access.models import Organisation, User
from civicnet.contract import Actor
from civicnet.lifecycle.hooks import collect, first
from civicnet_hotline.errors import UnknownPost
from civicnet_hotline.hookspecs import DutyPost, ReportedPage

MOST_TARGETS = 50


def post_on_duty(*, address: str, address_id: str) -> DutyPost | None:
    """The post on duty for a place, or None when no plugin is certain of one."""
    answer = first("hotline_route", address=address, address_id=address_id)
    return known_post(answer.value if answer else None)


def page_at(*, site_id: int | None, path: str) -> ReportedPage | None:
    """The page of a site that stands at a path, if a plugin knows it."""
    answer = first("hotline_page", site_id=site_id, path=path)
    return answer.value if answer else None


def known_post(post: DutyPost | None) -> DutyPost | None:
    """A post as another plugin gives it, if there are such an organisation and such an account."""
    return post if post is not None and _is_known(post) else None


def dispatch_targets(*, actor: Actor, search: str) -> list[DutyPost]:
    """Posts on duty that a dispatcher may choose by hand, at most fifty."""
    answers = collect("hotline_dispatch_targets", actor=actor, search=search)
    found = [post for one in answers for post in one.value or () if _is_known(post)]
    return found[:MOST_TARGETS]


def chosen_post(*, actor: Actor, search: str, key: str) -> DutyPost:
    """The post a dispatcher chose from what was offered.

    Raises:
        UnknownPost: it is not on offer any more.
    """
    for post in dispatch_targets(actor=actor, search=search):
        if post.key == key:
            return post
    raise UnknownPost()


def _is_known(post: DutyPost) -> bool:
    if not Organisation.objects.filter(pk=post.organisation_id).exists():
        return False
    return post.user_id is None or User.objects.filter(pk=post.user_id, is_active=True).exists()
