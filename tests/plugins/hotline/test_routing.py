"""Routing: answers of other plugins are used, and survived."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.contract import CivicNetError, hookimpl
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.registry import registry
from civicnet_hotline.routing import chosen_post, dispatch_targets, post_on_duty
from civicnet_hotline.services import Place


def asked(address="红旗社区", address_id=""):
    return post_on_duty(address=address, address_id=address_id)


class Silent:
    """A plugin that is never certain."""

    @hookimpl(optionalhook=True)
    def hotline_route(self, address, address_id):
        return None

    @hookimpl(optionalhook=True)
    def hotline_dispatch_targets(self, actor, search):
        return []


class Broken:
    """A plugin that fails."""

    @hookimpl(optionalhook=True)
    def hotline_route(self, address, address_id):
        raise RuntimeError("broken")

    @hookimpl(optionalhook=True)
    def hotline_dispatch_targets(self, actor, search):
        raise RuntimeError("broken")


def test_nobody_is_on_duty_where_nobody_answers(city):
    assert asked("火星") is None


def test_an_address_or_the_code_of_a_grid_finds_the_post(watch, post):
    assert asked() == post
    assert asked("", post.grid_code) == post
    assert asked("北苑社区") is None


def test_the_next_plugin_is_asked_when_one_fails_or_is_not_certain(plug, watch, post):
    first_asked = registry.manager.get_plugin("watch")
    registry.manager.unregister(name="watch")
    plug("broken", Broken())
    plug("silent", Silent())
    registry.manager.register(first_asked, name="watch")

    assert asked() == post
    assert dispatch_targets(actor=SYSTEM, search="") == [post]


def test_a_failing_plugin_does_not_lose_the_request(plug, submit):
    plug("broken", Broken())

    assert submit().state == "TO_DISPATCH"


def test_a_plugin_that_is_off_is_not_asked(watch, submit):
    disable_plugin(slug="watch", actor=SYSTEM, reason="test")

    assert asked() is None
    assert dispatch_targets(actor=SYSTEM, search="") == []
    assert submit().state == "TO_DISPATCH"


@pytest.mark.parametrize("wrong", [{"organisation_id": 10**6}, {"user_id": 10**6}])
def test_a_post_of_nobody_or_nowhere_is_no_answer(watch, post, submit, wrong):
    watch.post = type(post)(**vars(post) | wrong)

    assert asked() is None
    assert submit().state == "TO_DISPATCH"


def test_a_post_whose_account_is_closed_is_no_answer(watch, worker, submit):
    User.objects.filter(pk=worker.pk).update(is_active=False)

    assert submit().state == "TO_DISPATCH"


def test_a_post_without_an_account_still_takes_the_case(watch, post, submit):
    watch.post = type(post)(**vars(post) | {"user_id": None})

    case = submit(place=Place(address_id=post.grid_code))

    assert (case.state, case.assignee_id, case.post_key) == ("DISPATCHED", None, "watch.post:1")


def test_only_what_is_offered_can_be_chosen(watch, post):
    assert chosen_post(actor=SYSTEM, search="红旗", key=post.key) == post

    for search, key in [("红旗", "watch.post:9"), ("北苑", post.key)]:
        with pytest.raises(CivicNetError) as refusal:
            chosen_post(actor=SYSTEM, search=search, key=key)
        assert refusal.value.code == "UNKNOWN_POST"
