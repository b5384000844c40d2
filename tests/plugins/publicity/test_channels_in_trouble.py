"""Channels that are off, gone, deaf, or served by a sender that slept: what was taken down is gone there, or it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from channels_told import KEEPER, correct, later, row_of, standing
from django.urls import reverse
from django.utils import timezone, translation
from wechat_fake import APP_ID, APP_SECRET

from civicnet.access.actors import SYSTEM, client_actor
from civicnet.access.clients import create_client
from civicnet.contract import Actor, InvalidInput, NotFound
from civicnet.delivery import sending
from civicnet.delivery.models import Delivery
from civicnet.delivery.services import change_webhook, end_webhook, register_webhook
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.channels import files
from civicnet_publicity.channels.parcels import parcel_of
from civicnet_publicity.channels.portal import EVENT
from civicnet_publicity.channels.told import lines
from civicnet_publicity.errors import NotThere
from civicnet_publicity.models import Channel, ChannelDelivery, ChannelViews
from civicnet_publicity.permissions import PLACE
from civicnet_publicity.services import confirm_delivery, keep_channel, note_gone, report_views
from civicnet_publicity.services.delivering import deliver_due


def test_a_channel_that_is_off_gets_nothing_new_and_loses_what_is_taken_down(
    folder: Channel, into: Any, write: Any, client: Any, staff: Any
) -> None:
    into("gov/news", folder)
    down, other = write("gov/news", "one"), write("gov/news", "two")
    deliver_due()
    keep_channel(actor=KEEPER, name=folder.name, kind="", values={}, is_on=False, pk=folder.pk)
    new = write("gov/news", "three")
    down.unpublish()

    assert deliver_due() == 1
    assert [standing(one)["演示文件夹"] for one in (down, other, new)] == [
        ("WITHDRAW", "ARRIVED"),
        ("PUBLISH", "ARRIVED"),
        ("PUBLISH", "WAITING"),
    ]
    # Nobody serves it any more: it is said what readers there still see, and what to do.
    Channel.objects.update(kind="gone.kind")
    other.unpublish()
    assert deliver_due() == 0
    client.force_login(staff([PLACE, "wagtailadmin.access_admin"], "222403", username="keeper"))
    for page in (reverse("publicity_channels:index"), reverse("publicity_articles:channels", args=[other.pk])):
        shown = client.get(page).text
        assert "那里仍能看到：目前没有插件为该渠道服务" in shown and "请先在那里人工撤下" in shown
    row = ChannelDelivery.objects.get(article=other.pk)
    for who, reason, refusal in (
        (Actor(kind="staff", id="0"), "已电话确认", NotFound),
        (KEEPER, " ", InvalidInput),
        (KEEPER, "x" * 201, InvalidInput),
    ):
        with pytest.raises(refusal):
            note_gone(delivery=row.pk, actor=who, reason=reason)
    assert standing(other)["演示文件夹"] == ("WITHDRAW", "WAITING")
    client.post(reverse("publicity_channels:note_gone", args=[row.pk]), {"reason": "已电话确认"})
    assert standing(other)["演示文件夹"] == ("WITHDRAW", "ARRIVED")
    assert AuditRecord.objects.get(action="publicity.note_gone").reason == "已电话确认"
    with pytest.raises(NotThere):
        note_gone(delivery=row.pk, actor=KEEPER, reason="再次")


def test_a_sender_that_slept_brings_nothing_back_into_a_folder_and_what_the_killed_left_is_swept(
    folder: Channel, into: Any, write: Any
) -> None:
    into("gov/news", folder)
    article = write("gov/news", "one")
    slow = parcel_of(row_of(article))
    deliver_due()
    left = files.folder_of(folder.pk) / "articles" / f".{article.pk}-1"
    left.mkdir()
    article.unpublish()
    deliver_due()

    files.deliver(slow)

    manifest = json.loads((files.folder_of(folder.pk) / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["articles"], len(manifest["withdrawn"])) == ({}, 1)
    assert list((files.folder_of(folder.pk) / "articles").iterdir()) == []


def test_a_withdrawal_is_told_for_as_long_as_it_takes_and_a_publication_comes_to_a_desk_after_a_day(
    city: Any, enabled: Any, into: Any, write: Any, monkeypatch: Any
) -> None:
    enabled("publicity")
    portal, _key = create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)
    register_webhook(client=portal, url="https://portal.example.cn/hooks", kinds=[EVENT], actor=SYSTEM)
    channel = keep_channel(actor=SYSTEM, name="门户", kind="publicity.portal", values={"client": str(portal.pk)})
    into("gov/news", channel)
    monkeypatch.setattr(sending, "send", lambda *_given: (_ for _ in ()).throw(sending.Unsent(sending.Failure.TIMEOUT)))

    def a_day_passes() -> None:
        Delivery.objects.filter(state__in=sending.OPEN).update(attempts=len(sending.WAITS), next_at=timezone.now())
        sending.send_due()

    article = write("gov/news", "one")
    deliver_due()
    a_day_passes()
    assert (row_of(article).state, row_of(article).error_code, row_of(article).edition) == (
        "STUCK",
        "WEBHOOK_GAVE_UP",
        1,
    )

    article.unpublish()
    deliver_due()
    a_day_passes()
    assert (row_of(article).state, row_of(article).edition) == ("FAILED", 3)
    deliver_due(now=later(minutes=2))
    assert Delivery.objects.filter(payload__edition=3, payload__act="WITHDRAW").count() == 1
    assert ChannelDelivery.objects.get().state == "SENT"

    # Nobody is left who could be told: it is said what readers there may still see, and what to do by hand.
    end_webhook(webhook=portal.webhooks.get(), actor=SYSTEM, reason="x")
    sending.send_due()
    deliver_due(now=later(minutes=2))
    with translation.override("en"):
        (line,) = lines([row_of(article)])
    assert (line["state"], row_of(article).error_code) == ("not withdrawn: somebody has to look", "NO_WEBHOOK")
    assert line["by_hand"].startswith("Take it down there by hand")


def test_what_was_never_sent_to_a_channel_its_portal_neither_confirms_nor_counts(
    city: Any, enabled: Any, into: Any, write: Any
) -> None:
    enabled("publicity")
    portal, _key = create_client(
        name="演示门户", organisation=city["222403001"], scopes=["publicity.confirm"], actor=SYSTEM
    )
    register_webhook(client=portal, url="https://portal.example.cn/hooks", kinds=[EVENT], actor=SYSTEM)
    # The one that is off comes first among the portal's.
    off, on = (
        keep_channel(actor=SYSTEM, name=name, kind="publicity.portal", values={"client": str(portal.pk)}, is_on=is_on)
        for name, is_on in (("A", False), ("B", True))
    )
    into("gov/news", off, on)
    article, says = write("gov/news", "one"), client_actor(portal)
    deliver_due()
    today = timezone.localdate()

    confirm_delivery(actor=says, article=article.pk, edition=1)
    report_views(actor=says, article=article.pk, day=today, views=7)
    assert standing(article) == {"A": ("PUBLISH", "WAITING"), "B": ("PUBLISH", "ARRIVED")}
    assert list(ChannelViews.objects.values_list("channel__name", "views")) == [("B", 7)]
    with pytest.raises(NotFound):
        confirm_delivery(actor=says, article=article.pk, edition=1, channel=off.pk)
    with pytest.raises(NotFound):
        report_views(actor=says, article=article.pk, day=today, views=9, channel=off.pk)
    # Nor an edition that only waits there, where an older one stands.
    Channel.objects.filter(pk=off.pk).update(is_on=True)
    deliver_due()
    Channel.objects.filter(pk=off.pk).update(is_on=False)
    correct(article, title="更正")
    deliver_due()
    confirm_delivery(actor=says, article=article.pk, edition=2)
    assert standing(article) == {"A": ("PUBLISH", "WAITING"), "B": ("PUBLISH", "ARRIVED")}
    assert ChannelViews.objects.count() == 1


def test_a_channel_leads_to_nobody_else_while_articles_stand_there(
    account: Channel, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", account)
    article = write("gov/news", "one", image=picture)
    moved = dict(account.settings) | {"app_secret": APP_SECRET, "app_id": "wx-else"}
    own = moved | {"app_id": APP_ID}

    def lead(values: dict[str, str]) -> str:
        keep_channel(actor=KEEPER, name="演示公众号", kind="", values=values, pk=account.pk)
        return Channel.objects.get().settings["app_id"]

    # A slip is set right while nothing has come there.
    assert [lead(moved), lead(own)] == ["wx-else", APP_ID]
    deliver_due()
    with pytest.raises(InvalidInput) as refused:
        lead(moved)
    assert (refused.value.field, Channel.objects.get().settings["app_id"]) == ("app_id", APP_ID)
    assert standing(article) == {"演示公众号": ("PUBLISH", "ARRIVED")}
    article.unpublish()
    with pytest.raises(InvalidInput):
        lead(moved)
    deliver_due()
    assert (standing(article), lead(moved)) == ({"演示公众号": ("WITHDRAW", "ARRIVED")}, "wx-else")


def test_a_portal_that_was_deaf_hears_nothing_late_of_what_was_taken_down_there_by_hand(
    city: Any, enabled: Any, into: Any, write: Any, monkeypatch: Any
) -> None:
    enabled("publicity")
    portal, _key = create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)
    hook, _secret = register_webhook(client=portal, url="https://portal.example.cn/", kinds=[EVENT], actor=SYSTEM)
    into(
        "gov/news", keep_channel(actor=SYSTEM, name="门户", kind="publicity.portal", values={"client": str(portal.pk)})
    )
    heard: list[bytes] = []
    monkeypatch.setattr(sending, "send", lambda *_given: (_ for _ in ()).throw(sending.Unsent(sending.Failure.TIMEOUT)))
    article, other = write("gov/news", "one"), write("gov/news", "two")
    deliver_due()
    sending.send_due()
    # It asks for these messages no more, so the withdrawal finds no way there.
    change_webhook(webhook=hook, url=hook.url, kinds=["schema.changed"], sites=(), actor=SYSTEM, reason="x")
    article.unpublish()
    deliver_due()
    assert row_of(article).error_code == "NO_WEBHOOK"

    note_gone(delivery=row_of(article).pk, actor=KEEPER, reason="已电话确认")
    monkeypatch.setattr(sending, "send", lambda _target, body, _headers: heard.append(body) or 200)
    sending.send_due(now=later(minutes=5))

    assert [to_global_id("PublicityArticle", other.pk).encode() in body for body in heard] == [True]
