"""Handing over: what a post has not signed for goes to whoever is on duty, once its holder is away.

Primary and backup: B steps in by himself when A is away (reference of the AB rule: the city's implementation plan, AB岗).
"""

from __future__ import annotations

from django.db import transaction

from civicnet.contract import Actor
from civicnet_hotline.models import Action, Case, CaseState
from civicnet_hotline.routing import post_on_duty
from civicnet_hotline.services.handling import give_to_post
from civicnet_hotline.services.steps import locked


def hand_over_cases(*, post_key: str, actor: Actor) -> int:
    """Give the unsigned cases of a post to the post now on duty for the same grid; returns how many moved.

    A case that is signed for stays with whoever has promised to take care of it. Where nobody else is on duty, it stays too.
    """
    waiting = Case.objects.filter(post_key=post_key, state=CaseState.DISPATCHED).order_by("pk")
    return sum(_hand_over(case, post_key, actor) for case in waiting)


def hand_over_all_cases(*, actor: Actor) -> int:
    """Give every unsigned case whose post is not on duty today to the one that is; returns how many moved."""
    waiting = Case.objects.filter(state=CaseState.DISPATCHED).exclude(post_key="")
    keys = waiting.order_by("post_key").values_list("post_key", flat=True).distinct()
    return sum(hand_over_cases(post_key=key, actor=actor) for key in keys)


@transaction.atomic
def _hand_over(case: Case, post_key: str, actor: Actor) -> bool:
    case = locked(case)
    if case.state != CaseState.DISPATCHED or case.post_key != post_key:
        return False
    post = post_on_duty(address=case.address, address_id=case.grid_code)
    if post is None or post.key == post_key:
        return False
    give_to_post(case=case, post=post, actor=actor, action=Action.HAND_OVER)
    return True
