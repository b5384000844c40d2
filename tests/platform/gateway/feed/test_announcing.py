"""``content.changed``: webhooks hear that there is something to read, once, and never of what they may not read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.models import Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.delivery.models import Delivery, DeliveryState
from civicnet.delivery.services import register_webhook
from civicnet.gateway.feed import announcing
from civicnet.gateway.feed.sequencer import catch_up
from civicnet.lifecycle.activation import disable_plugin
from civicnet_grid.services import open_grid
from civicnet_hotline.models import Group
from civicnet_hotline.services import open_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(city) -> Any:
    """The organisations, when the feed has told all there is."""
    catch_up(seconds=10)
    return city


def webhook(town, *scopes: str, of: str = "222403", **given: Any) -> Any:
    name = f"门户{of}{','.join(scopes)}"
    client, _key = create_client(name=name, organisation=town[of], scopes=scopes, actor=SYSTEM)
    given = {"url": "https://portal.example.cn/", "kinds": ["content.changed"], **given}
    return register_webhook(client=client, actor=SYSTEM, **given)[0]


def write(town, number: int = 1) -> None:
    """A public node and one that needs a scope."""
    open_category(actor=SYSTEM, code=f"kind-{number}", name="路灯", group=Group.HELP)
    code = f"222403001001{number:03d}"
    open_grid(organisation=town["222403001001"], code=code, name="网格", actor=SYSTEM)
    catch_up(seconds=10)


def waiting(one: Any) -> list[dict[str, Any]]:
    return [delivery.payload for delivery in one.deliveries.order_by("site_id")]


def test_each_hears_how_much_of_what_it_may_read(town) -> None:
    reader, stranger = webhook(town, "grid.read"), webhook(town)
    write(town)

    host = Site.objects.get().hostname
    assert waiting(reader) == [{"site": host, "changes": {"Grid": 1, "HotlineCategory": 1}}]
    assert waiting(stranger) == [{"site": host, "changes": {"HotlineCategory": 1}}]


def test_nobody_hears_how_much_changes_elsewhere(town) -> None:
    elsewhere = webhook(town, "grid.read", of="222403001002")

    write(town)

    assert waiting(elsewhere) == [{"site": Site.objects.get().hostname, "changes": {"HotlineCategory": 1}}]


def test_what_comes_while_a_message_waits_goes_into_it(town) -> None:
    reader = webhook(town, "grid.read")
    for number in range(1, 4):
        write(town, number)

    (told,) = waiting(reader)
    assert told["changes"] == {"Grid": 3, "HotlineCategory": 3}


def test_a_webhook_that_fails_is_not_buried(town) -> None:
    reader = webhook(town)
    write(town)
    later = timezone.now() + timedelta(hours=1)
    reader.deliveries.update(state=DeliveryState.FAILED, attempts=3, next_at=later)
    write(town, 2)

    assert [one.attempts for one in reader.deliveries.all()] == [3]


def test_after_a_message_has_gone_the_next_change_sends_another(town) -> None:
    reader = webhook(town)
    for number, state in ((1, DeliveryState.DELIVERED), (2, DeliveryState.GIVEN_UP)):
        write(town, number)
        reader.deliveries.update(state=state, attempts=1, next_at=None)
    # One that is on its way may have been answered with what was there before.
    reader.deliveries.filter(state=DeliveryState.GIVEN_UP).update(state=DeliveryState.SENDING, next_at=timezone.now())
    write(town, 3)

    assert reader.deliveries.count() == 3


def test_each_site_has_a_message_of_what_is_on_there(town) -> None:
    first = Site.objects.get()
    second = Site.objects.create(hostname="party.test", root_page=first.root_page)
    catch_up(seconds=10)
    reader, of_one = webhook(town, "grid.read"), webhook(town, sites=[second.pk])
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    write(town)

    assert waiting(reader) == [{"site": one.hostname, "changes": {"Grid": 1}} for one in (first, second)]
    assert waiting(of_one) == []


def test_a_deed_has_the_feed_brought_forward_at_once_where_somebody_listens(
    town, django_capture_on_commit_callbacks
) -> None:
    reader = webhook(town)
    # What was done so far counts as committed.
    connection.run_on_commit = [one for one in connection.run_on_commit if one[1] is not announcing._wake]
    with django_capture_on_commit_callbacks(execute=True):
        open_category(actor=SYSTEM, code="lamps", name="路灯", group=Group.HELP)

    assert len(waiting(reader)) == 1
    assert Delivery.objects.count() == 1
