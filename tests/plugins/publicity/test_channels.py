"""Channels: one article, one truth. What is published, corrected or taken down reaches each, once; it shows where not yet."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from channels_told import KEEPER, correct, later, row_of, standing, with_pictures
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page, PageViewRestriction
from wechat_fake import APP_ID, APP_SECRET, FakeWechat

from civicnet.access.actors import SYSTEM, client_actor, staff_actor
from civicnet.access.clients import create_client
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, PersonalQuery, Refused, hookimpl
from civicnet.delivery import outgoing
from civicnet.delivery.models import Delivery, DeliveryState
from civicnet.delivery.services import register_webhook
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.channels.files import archive, folder_of
from civicnet_publicity.channels.portal import EVENT
from civicnet_publicity.channels.told import lines
from civicnet_publicity.errors import NotThere
from civicnet_publicity.models import ArticlePage, Channel, ChannelDelivery, ColumnPage
from civicnet_publicity.permissions import CONFIRM, MANAGE_CHANNELS, PLACE
from civicnet_publicity.personal import erase
from civicnet_publicity.selectors.channels import stuck_deliveries, visible_deliveries
from civicnet_publicity.services import (
    confirm_delivery,
    follow_below,
    keep_channel,
    keep_in_step,
    keep_out,
    let_in,
    retry_delivery,
)
from civicnet_publicity.services.delivering import LEASE, _take, deliver_due


def test_an_interface_that_does_not_answer_holds_up_its_own_channel_only(
    account: Channel, folder: Channel, wechat: FakeWechat, into: Any, write: Any, picture: Any, monkeypatch: Any
) -> None:
    into("gov/news", account, folder)
    articles = [write("gov/news", slug, image=picture) for slug in ("one", "two", "three")]
    asked = []

    def never(target: Any, *given: Any, **named: Any) -> Any:
        asked.append(target.path)
        raise outgoing.Unsent(outgoing.Failure.TIMEOUT)

    monkeypatch.setattr("civicnet_publicity.channels.wechat_api.call", never)
    deliver_due()

    assert len(asked) == 1
    assert [standing(one)["演示文件夹"] for one in articles] == [("PUBLISH", "ARRIVED")] * 3
    assert sorted(standing(one)["演示公众号"][1] for one in articles) == ["FAILED", "WAITING", "WAITING"]


def test_a_folder_holds_what_is_published_and_names_what_went(
    folder: Channel, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", folder)
    article, kept = write("gov/news", "one", **with_pictures(picture)), write("gov/news", "two")
    deliver_due()
    place = folder_of(folder.pk)

    def manifest() -> dict[str, Any]:
        return json.loads((place / "manifest.json").read_text(encoding="utf-8"))

    one, two = (to_global_id("PublicityArticle", page.pk) for page in (article, kept))
    first = manifest()["articles"][one]
    assert set(manifest()["articles"]) == {one, two}
    assert (place / first["folder"] / "images/1.png").exists() or (place / first["folder"] / "images/1.jpg").exists()
    page = (place / first["folder"] / "index.html").read_text(encoding="utf-8")
    assert page.count('src="images/1') == 2
    told = json.loads((place / first["folder"] / "article.json").read_text(encoding="utf-8"))
    assert (told["title"], told["edition"], told["url"]) == (article.title, 1, article.full_url)

    correct(article, title="更正")
    deliver_due()
    second = manifest()["articles"][one]
    assert (second["title"], second["edition"]) == ("更正", 2)
    assert not (place / first["folder"]).exists()

    article.refresh_from_db()
    article.unpublish()
    deliver_due()
    assert (set(manifest()["articles"]), set(manifest()["withdrawn"])) == ({two}, {one})
    with archive(folder.pk) as stream, zipfile.ZipFile(stream) as made:
        names = set(made.namelist())
    assert "manifest.json" in names and len(names) == 3
    assert sorted(path.name for path in (place / "articles").iterdir()) == [f"{kept.pk}-1"]


def test_a_portal_is_told_by_its_webhook_and_says_itself_what_stands_there(
    city: Any, enabled: Any, settings: Any, into: Any, write: Any, graphql: Any
) -> None:
    enabled("publicity")
    scopes = ["publicity.read", "publicity.confirm"]
    place = city["222403001"]
    portal, key = create_client(name="演示门户", organisation=place, scopes=scopes, actor=SYSTEM)
    _other, other_key = create_client(name="演示另一门户", organisation=place, scopes=scopes, actor=SYSTEM)
    values = {"client": str(portal.pk)}
    channel = keep_channel(actor=SYSTEM, name="门户", kind="publicity.portal", values=values)
    into("gov/news", channel)
    article = write("gov/news", "one")

    deliver_due()
    assert (row_of(article).state, row_of(article).error_code) == ("STUCK", "NO_WEBHOOK")
    register_webhook(client=portal, url="https://portal.example.cn/hooks", kinds=[EVENT], actor=SYSTEM)
    retry_delivery(delivery=row_of(article).pk, actor=KEEPER)
    deliver_due()
    delivery = Delivery.objects.get()
    node = to_global_id("PublicityArticle", article.pk)
    told = {"article": node, "act": "PUBLISH", "edition": 2, "url": article.full_url}
    assert delivery.payload == told | {"channel": to_global_id("PublicityChannel", channel.pk)}
    assert standing(article) == {"门户": ("PUBLISH", "SENT")}
    # A sender that died before it noted that has told nobody twice.
    ChannelDelivery.objects.update(state="WAITING", next_at=timezone.now())
    deliver_due()
    assert Delivery.objects.count() == 1
    with translation.override("en"):
        assert [line["state"] for line in lines([row_of(article)])] == ["on its way there"]
        Delivery.objects.update(state=DeliveryState.GIVEN_UP, next_at=None, failure="TIMEOUT")
        assert "takes too long" in lines([row_of(article)])[0]["error"]
        Delivery.objects.update(state=DeliveryState.DELIVERED, failure="")
        assert [line["state"] for line in lines([row_of(article)])] == ["delivered, not confirmed yet"]

    mutation = "mutation ($a: ID!, $e: Int!) { publicityConfirmDelivery(article: $a, edition: $e) { edition errors { code } } }"

    def says(by: str, edition: int) -> Any:
        answer = graphql(mutation, key=by, variables={"a": node, "e": edition}, host="gov.test")
        return answer["data"]["publicityConfirmDelivery"]

    refused, early = says(other_key, 2), says(key, 3)
    assert refused == early == {"edition": None, "errors": [{"code": "NOT_FOUND"}]}
    assert row_of(article).state == "SENT"
    assert says(key, 2) == {"edition": 2, "errors": []}
    assert standing(article) == {"门户": ("PUBLISH", "ARRIVED")}

    article.unpublish()
    deliver_due()
    assert Delivery.objects.exclude(pk=delivery.pk).get().payload["act"] == "WITHDRAW"
    # Faster than we look: what the portal says holds.
    confirm_delivery(actor=client_actor(portal), article=article.pk, edition=3)
    assert standing(article) == {"门户": ("WITHDRAW", "ARRIVED")}
    with pytest.raises(Refused):
        confirm_delivery(actor=Actor(kind="client", id=str(portal.pk)), article=article.pk, edition=3)


def test_where_an_article_goes_is_the_columns_choice_or_its_own(
    account: Channel, folder: Channel, sites: Any, into: Any, write: Any
) -> None:
    into("gov/news", account)
    article = write("gov/news", "one")
    assert standing(article) == {"演示公众号": ("PUBLISH", "WAITING")}

    correct(article, channels_as_column=False, channels=[folder])
    # Nothing of it had left, so nothing has to be taken back.
    assert standing(article) == {"演示公众号": ("WITHDRAW", "ARRIVED"), "演示文件夹": ("PUBLISH", "WAITING")}
    draft = ArticlePage.objects.get(pk=article.pk)
    draft.channels = []
    draft.save_revision()
    assert standing(article)["演示文件夹"] == ("PUBLISH", "WAITING"), "a draft wishes nothing"

    correct(article, channels_as_column=True, channels=[])
    ArticlePage.objects.get(pk=article.pk).move(sites["gov/notices"], pos="last-child")
    assert {wish for wish, _state in standing(article).values()} == {"WITHDRAW"}


def test_what_readers_cannot_see_any_more_is_withdrawn_however_that_came(
    folder: Channel, into: Any, write: Any, sites: Any
) -> None:
    into("gov/news", folder)
    article, other = write("gov/news", "one"), write("gov/news", "two")
    deliver_due()

    closed = PageViewRestriction.objects.create(page=Page.objects.get(pk=article.pk), restriction_type="login")
    follow_below(path=article.path)
    assert standing(article) == {"演示文件夹": ("WITHDRAW", "WAITING")}
    closed.delete()
    follow_below(path=sites["gov/news"].path)
    assert standing(article) == {"演示文件夹": ("PUBLISH", "WAITING")}

    # Past the editor, and past every signal.
    ArticlePage.objects.filter(pk=article.pk).update(live=False)
    assert (keep_in_step(), keep_in_step()) == (1, 0)
    assert standing(article) == {"演示文件夹": ("WITHDRAW", "WAITING")}
    assert standing(other) == {"演示文件夹": ("PUBLISH", "ARRIVED")}


def test_a_name_that_is_erased_goes_from_channels_too(folder: Channel, into: Any, write: Any, office: Any) -> None:
    into("gov/news", folder)
    article = write("gov/news", "one", author="演示甲", owner=office.editor)
    deliver_due()

    query = PersonalQuery(names=frozenset({"演示甲"}), accounts=frozenset({office.editor.pk}))
    erase(query=query, actor=SYSTEM, reason="本人申请")
    deliver_due()

    (told,) = folder_of(folder.pk).glob("articles/*/article.json")
    assert (json.loads(told.read_text(encoding="utf-8"))["author"], told.parent.name) == ("", f"{article.pk}-2")


def test_one_sender_at_a_time_and_a_newer_wish_waits_for_it(folder: Channel, into: Any, write: Any) -> None:
    into("gov/news", folder)
    article = write("gov/news", "one")
    first, second = row_of(article), row_of(article)
    now = timezone.now()

    assert (_take(first, now), _take(second, now)) == (first, None)
    correct(article, title="更正")
    assert (row_of(article).state, row_of(article).edition) == ("SENDING", 2)
    assert deliver_due() == 0, "another has it"

    # The first one never comes back.
    deliver_due(now=now + LEASE)
    assert row_of(article).state == "FAILED" or row_of(article).state == "WAITING"
    deliver_due(now=now + LEASE + timedelta(minutes=1))
    assert (row_of(article).state, row_of(article).there) == ("ARRIVED", 2)


def test_taken_out_by_hand_stays_out_until_let_in(folder: Channel, into: Any, write: Any) -> None:
    into("gov/news", folder)
    article = write("gov/news", "one")
    deliver_due()
    number = row_of(article).pk

    with pytest.raises(InvalidInput):
        keep_out(delivery=number, actor=KEEPER, reason=" ")
    with pytest.raises(NotFound):
        keep_out(delivery=number, actor=Actor(kind="staff", id="0"), reason="x")
    assert standing(article) == {"演示文件夹": ("PUBLISH", "ARRIVED")}
    keep_out(delivery=number, actor=KEEPER, reason="照片有误")
    correct(article, title="更正")
    deliver_due()
    assert standing(article) == {"演示文件夹": ("WITHDRAW", "ARRIVED")}
    with pytest.raises(NotThere):
        keep_out(delivery=number, actor=KEEPER, reason="再次")

    let_in(delivery=number, actor=KEEPER)
    deliver_due()
    assert standing(article) == {"演示文件夹": ("PUBLISH", "ARRIVED")}
    deeds = AuditRecord.objects.filter(action__in=["publicity.keep_out", "publicity.let_in"])
    assert deeds.count() == 2


def test_a_secret_lies_sealed_and_goes_to_no_other_address(account: Channel, wechat: FakeWechat) -> None:
    kept = {"app_id": APP_ID, "app_secret": "", "address": wechat.url}
    keep_channel(actor=KEEPER, name="改名", kind="", values=kept, pk=account.pk)
    account.refresh_from_db()
    assert json.loads(account.secrets) == {"app_secret": APP_SECRET}
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM civicnet_publicity_channel")
        assert APP_SECRET not in cursor.fetchone()[0]
    assert APP_SECRET not in str(list(AuditRecord.objects.values()))

    for address, secret in (
        ("https://elsewhere.example.cn", ""),
        ("http://10.0.0.1/", "x"),
        ("http://127.0.0.1@x/", "x"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            values = {"app_id": APP_ID, "app_secret": secret, "address": address}
            keep_channel(actor=KEEPER, name="改名", kind="", values=values, pk=account.pk)
        assert refusal.value.field == ("address" if secret else "app_secret")
    with pytest.raises(Refused):
        keep_channel(actor=Actor(kind="staff", id="0"), name="x", kind="", values=kept, pk=account.pk)
    account.refresh_from_db()
    assert (account.settings["address"], json.loads(account.secrets)) == (wechat.url, {"app_secret": APP_SECRET})


class Acme:
    """A stranger's kind, in a few lines."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.fails: Exception | None = None

    @hookimpl(optionalhook=True)
    def publicity_channel_kinds(self) -> list[Any]:
        class Board:
            key, label, fields, confirms = "acme.board", "Acme board", (), False

        return [Board()]

    @hookimpl(optionalhook=True)
    def publicity_deliver(self, parcel: Any) -> str:
        if self.fails:
            raise self.fails
        self.told.append(("put", parcel.article.title))
        return "42"

    @hookimpl(optionalhook=True)
    def publicity_withdraw(self, parcel: Any) -> str:
        self.told.append(("gone", parcel.remote))
        return ""


def test_a_stranger_brings_a_kind_and_its_faults_are_its_own(plug: Any, enabled: Any, into: Any, write: Any) -> None:
    acme = Acme()
    plug("acme", acme)
    enabled("publicity")
    enabled("acme")
    channel = keep_channel(actor=SYSTEM, name="示范屏", kind="acme.board", values={})
    into("gov/news", channel)
    article = write("gov/news", "one")

    acme.fails = ZeroDivisionError("private 13800138000")
    deliver_due()
    row = row_of(article)
    assert (row.state, row.error_code, row.unsure, "138" in row.error) == ("FAILED", "PLUGIN_FAILED", True, False)
    acme.fails = Conflict("稍后再来", code="ACME_BUSY")
    deliver_due(now=later(minutes=1))
    assert (row_of(article).error_code, row_of(article).error) == ("ACME_BUSY", "稍后再来")
    acme.fails = None
    deliver_due(now=later(minutes=10))
    article.unpublish()
    deliver_due()
    assert acme.told == [("put", article.title), ("gone", "42")]


def test_screens_show_each_their_own_articles_and_refuse_what_a_post_does_not_allow(
    account: Channel, folder: Channel, into: Any, write: Any, office: Any, client: Any, staff: Any, wechat: FakeWechat
) -> None:
    into("gov/news", account, folder)
    into("party/news", folder)
    mine, theirs = write("gov/news", "one", title="本站文章"), write("party/news", "two", title="别站文章")
    deliver_due()
    client.force_login(office.editor)
    board = reverse("publicity_channels:index")

    # No cover, so WeChat cannot have it.
    shown = client.get(board).text
    assert "本站文章" in shown and "别站文章" not in shown and "演示文件夹" not in shown
    article = client.get(reverse("publicity_articles:channels", args=[mine.pk])).text
    assert "演示公众号" in article and "演示文件夹" in article
    assert client.get(reverse("publicity_articles:channels", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("wagtailadmin_pages:edit", args=[mine.pk])).text.count("publicity-channels") == 1
    for name, args in (("channel", [account.pk]), ("new", ["publicity.files"]), ("archive", [folder.pk])):
        assert client.get(reverse(f"publicity_channels:{name}", args=args)).status_code == 404
    far = ChannelDelivery.objects.get(article=theirs.pk)
    client.post(reverse("publicity_channels:retry", args=[far.pk]))
    client.post(reverse("publicity_channels:keep_out", args=[far.pk]), {"reason": "x"})
    assert standing(theirs) == {"演示文件夹": ("PUBLISH", "ARRIVED")}
    stuck = ChannelDelivery.objects.get(article=mine.pk, channel=account)
    assert [stuck_deliveries(who).count() for who in (staff_actor(office.editor), KEEPER)] == [0, 1]
    answer = client.post(reverse("publicity_channels:retry", args=[stuck.pk]), {"next": "https://evil.example/"})
    assert (answer.status_code, answer.url) == (302, board)
    assert standing(mine)["演示公众号"] == ("PUBLISH", "WAITING")

    keeper = staff([MANAGE_CHANNELS, PLACE, "wagtailadmin.access_admin"], "222403", username="keeper")
    client.force_login(keeper)
    shown = client.get(reverse("publicity_channels:channel", args=[account.pk])).text
    assert APP_ID in shown and APP_SECRET not in shown
    form = {"name": "新名", "value_app_id": APP_ID, "value_app_secret": "", "value_address": "http://10.1.1.1/"}
    assert client.post(reverse("publicity_channels:channel", args=[account.pk]), form).status_code == 400
    form["value_address"] = wechat.url
    assert client.post(reverse("publicity_channels:channel", args=[account.pk]), form).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.is_on) == ("新名", False)
    assert client.get(reverse("publicity_channels:archive", args=[folder.pk]))["Content-Type"] == "application/zip"
    assert visible_deliveries(staff_actor(keeper)).count() == 3
    assert CONFIRM not in staff_actor(keeper).permissions
    assert ColumnPage.objects.count() == 5
