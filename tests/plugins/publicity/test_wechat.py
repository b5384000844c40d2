"""WeChat: articles become drafts there, once each, and whatever it refuses is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels_told import KEEPER, correct, later, row_of, standing, with_pictures
from django.utils import timezone
from wechat_fake import PICTURES, FakeWechat

from civicnet_publicity.models import ArticlePage, Channel, ChannelDelivery
from civicnet_publicity.services import (
    retry_delivery,
)
from civicnet_publicity.services.delivering import deliver_due


def test_an_article_becomes_one_draft_in_wechat_is_corrected_there_and_withdrawn(
    account: Channel, wechat: FakeWechat, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", account)
    article = write("gov/news", "one", **with_pictures(picture))
    assert standing(article) == {"演示公众号": ("PUBLISH", "WAITING")}

    deliver_due()

    ((number, draft),) = wechat.drafts.items()
    assert draft["content"].count(f'src="{PICTURES}1"') == 2
    assert "script" not in draft["content"] and "alert" not in draft["content"] and "href" not in draft["content"]
    assert "见外站" in draft["content"] and "/media/" not in draft["content"]
    told = {name: draft[name] for name in ("article_type", "title", "author", "digest", "thumb_media_id")}
    assert told == {
        "article_type": "news", "title": article.title, "author": "演示甲", "digest": "摘要", "thumb_media_id": "cover-1"
    }  # fmt: skip
    assert draft["content_source_url"] == article.full_url
    assert "freepublish/submit" not in wechat.asked
    assert standing(article) == {"演示公众号": ("PUBLISH", "ARRIVED")}

    correct(article, title="更正后的标题")
    assert standing(article) == {"演示公众号": ("PUBLISH", "WAITING")}
    deliver_due()

    assert {name: one["title"] for name, one in wechat.drafts.items()} == {number: "更正后的标题"}
    assert (len(wechat.pictures), len(wechat.covers)) == (1, 1), "WeChat has the pictures already"

    ArticlePage.objects.get(pk=article.pk).delete()
    deliver_due()

    assert wechat.drafts == {}
    assert standing(article) == {"演示公众号": ("WITHDRAW", "ARRIVED")}


def test_a_sender_that_dies_between_the_answer_and_its_note_leaves_one_draft(
    account: Channel, wechat: FakeWechat, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", account)
    article = write("gov/news", "one", image=picture)
    # What it leaves behind: a draft, and a row that says it is being sent.
    deliver_due()
    lost = {"state": "SENDING", "remote": "", "there": None, "unsure": True, "next_at": timezone.now(), "attempts": 1}
    ChannelDelivery.objects.filter(article=article.pk).update(**lost)

    deliver_due()
    assert row_of(article).state == "FAILED"
    deliver_due(now=later(minutes=2))
    assert (len(wechat.drafts), row_of(article).remote) == (1, next(iter(wechat.drafts)))

    # An answer that is lost on the way leaves nobody surer.
    second = write("gov/news", "two", image=picture)
    wechat.lose.add("/cgi-bin/draft/add")
    deliver_due(now=later(minutes=3))
    assert (row_of(second).error_code, row_of(second).unsure) == ("WECHAT_CONNECTION", True)
    deliver_due(now=later(minutes=9))
    assert (len(wechat.drafts), row_of(second).state) == (2, "ARRIVED")


REFUSALS = [
    ("stable_token", [40125], "STUCK", "WECHAT_40125"),
    ("stable_token", [40164], "STUCK", "WECHAT_40164"),
    ("draft/add", [40001], "ARRIVED", ""),
    ("draft/add", [40001, 40001], "FAILED", "WECHAT_TOKEN"),
    ("draft/add", [45009], "FAILED", "WECHAT_45009"),
    ("draft/add", [-1], "FAILED", "WECHAT_-1"),
    ("draft/add", [45166], "STUCK", "WECHAT_45166"),
]


def test_what_wechat_refuses_is_said_and_tried_again_only_where_that_helps(
    account: Channel, wechat: FakeWechat, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", account)
    for number, (path, codes, state, code) in enumerate(REFUSALS):
        article = write("gov/news", f"n{number}", image=picture)
        wechat.refuse[f"/cgi-bin/{path}"] = list(codes)

        deliver_due()

        row = row_of(article)
        assert (row.state, row.error_code, bool(row.error)) == (state, code, bool(code))
        assert len(wechat.drafts) == number + (state == "ARRIVED")
        if code == "WECHAT_45009":
            assert timezone.localtime(row.next_at).date() == timezone.localdate() + timedelta(days=1)
        if state == "STUCK":
            assert deliver_due(now=later(days=2)) == 0
            retry_delivery(delivery=row.pk, actor=KEEPER)
        deliver_due(now=later(days=2))
        assert (row_of(article).state, len(wechat.drafts)) == ("ARRIVED", number + 1)


def test_a_draft_that_was_published_in_wechat_is_not_taken_for_withdrawn(
    account: Channel, wechat: FakeWechat, into: Any, write: Any, picture: Any
) -> None:
    into("gov/news", account)
    article = write("gov/news", "one", image=picture)
    deliver_due()
    wechat.drafts.clear()

    article.unpublish()
    deliver_due()

    row = row_of(article)
    assert (row.state, row.error_code) == ("STUCK", "WECHAT_LEFT_DRAFTS")
    # Somebody deletes it there by hand, and says so.
    retry_delivery(delivery=row.pk, actor=KEEPER)
    deliver_due()
    assert standing(article) == {"演示公众号": ("WITHDRAW", "ARRIVED")}
