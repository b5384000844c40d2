"""WeChat's draft box: articles become drafts there; publishing them is left to a person in WeChat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.contract import InvalidInput
from civicnet_publicity.channels.kinds import Field, Kind, whole
from civicnet_publicity.channels.wechat_api import ADDRESS, PICTURE_BYTES, Account
from civicnet_publicity.channels.wechat_html import for_wechat
from civicnet_publicity.checks.wechat import LONGEST, MOST_BYTES, MOST_SIGNS
from civicnet_publicity.hookspecs import ChannelArticle, ChannelPicture, Parcel
from civicnet_publicity.models import WechatUpload

KIND = Kind(
    key="publicity.wechat",
    label=gettext_lazy("WeChat official account, as drafts"),
    fields=(
        Field("app_id", "AppID", help=gettext_lazy("From the account's settings for developers."), is_place=True),
        Field(
            "app_secret",
            "AppSecret",
            "secret",
            gettext_lazy("It lies sealed and is never shown. Empty: the one that is there stays."),
        ),
        Field(
            "address",
            gettext_lazy("Address of the interface"),
            "address",
            gettext_lazy("Only where a proxy stands before %(address)s. Empty: that one.") % {"address": ADDRESS},
            required=False,
        ),
    ),
)


def deliver(parcel: Parcel) -> str:
    """Make a draft of the article, or change the one that there is; returns its media id.

    Raises:
        InvalidInput: WeChat will not take it as it is, or the draft has left the box.
        TryLater: WeChat cannot be reached, is busy, or has no calls left for today.
    """
    article, account = whole(parcel), Account(parcel.settings)
    draft = _draft(article, _cover(article), account, parcel.channel)
    known = parcel.remote or (account.draft_of(article.url) if parcel.unsure else "")
    if not known:
        return account.add(draft)
    account.update(known, draft)
    return known


def withdraw(parcel: Parcel) -> str:
    """Delete the draft.

    Raises:
        WechatGone: it has left the box, so that somebody has to look whether it was published.
        TryLater: as when delivering.
    """
    account = Account(parcel.settings)
    known = parcel.remote or (account.draft_of(parcel.article_url) if parcel.unsure else "")
    if known:
        account.delete(known)
    return ""


def _cover(article: ChannelArticle) -> ChannelPicture:
    """The cover, of an article that WeChat will take."""
    for name, text in (("title", article.title), ("author", article.author), ("summary", article.summary)):
        if len(text) > LONGEST[name]:
            said = _("WeChat takes %(most)d signs here; these are %(count)d.")
            raise InvalidInput(
                f"{_FIELDS[name]}: {said % {'most': LONGEST[name], 'count': len(text)}}", code=f"WECHAT_{name.upper()}"
            )
    if article.cover is None:
        raise InvalidInput(_("WeChat asks for a cover: choose a picture for the article."), code="WECHAT_COVER")
    return article.cover


_FIELDS = {"title": gettext_lazy("title"), "author": gettext_lazy("author"), "summary": gettext_lazy("summary")}


def _draft(article: ChannelArticle, cover: ChannelPicture, account: Account, channel: int) -> dict[str, Any]:
    pictures = {one.src: one for one in article.pictures}
    there: dict[str, str] = {}

    def address_of(src: str) -> str | None:
        if src in pictures and src not in there:
            there[src] = _uploaded(pictures[src], "body", channel, account.body_picture)
        return there.get(src)

    content = for_wechat(article.html, address_of)
    if len(content) >= MOST_SIGNS or len(content.encode()) >= MOST_BYTES:
        raise InvalidInput(
            _("The text is too long for WeChat: it takes fewer than 20,000 signs with their tags, and 1 MB."),
            code="WECHAT_BODY",
        )
    return {
        "article_type": "news",
        "title": article.title,
        "author": article.author,
        "digest": article.summary,
        "content": content,
        "content_source_url": article.url,
        "thumb_media_id": _uploaded(cover, "cover", channel, account.cover),
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


def _uploaded(picture: ChannelPicture, use: str, channel: int, upload: Callable[[bytes], str]) -> str:
    """What WeChat calls a picture: it is sent once, and known from then on, whatever becomes of the draft."""
    jpeg = picture.jpeg(PICTURE_BYTES)
    digest = hashlib.sha256(jpeg).hexdigest()
    known = WechatUpload.objects.filter(channel=channel, use=use, digest=digest).first()
    if known is not None:
        return known.reference
    reference = upload(jpeg)
    WechatUpload.objects.get_or_create(channel_id=channel, use=use, digest=digest, defaults={"reference": reference})
    return reference
