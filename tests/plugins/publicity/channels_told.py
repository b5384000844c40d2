"""What tests of channels say again and again: correcting an article, and how it stands with each channel."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, ChannelDelivery
from civicnet_publicity.permissions import MANAGE_CHANNELS, PLACE

KEEPER = Actor(kind="staff", id="0", permissions=frozenset({MANAGE_CHANNELS, PLACE}))
BODY = '<p>开工了，<a href="https://example.cn/x">见外站</a>。</p><script>alert(1)</script>'


def correct(article: ArticlePage, **fields: Any) -> None:
    page = ArticlePage.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def standing(article: Any) -> dict[str, tuple[str, str]]:
    """Wish and state by channel."""
    rows = ChannelDelivery.objects.filter(article=article.pk).select_related("channel")
    return {row.channel.name: (row.wish, row.state) for row in rows}


def row_of(article: Any) -> ChannelDelivery:
    return ChannelDelivery.objects.select_related("channel").get(article=article.pk)


def later(**span: float) -> Any:
    return timezone.now() + timedelta(**span)


def with_pictures(picture: Any) -> dict[str, Any]:
    figure = {"type": "image", "value": {"image": {"image": picture.pk, "alt_text": "开工", "decorative": False}}}
    body = [{"type": "paragraph", "value": BODY}, figure, figure]
    return {"body": json.dumps(body), "image": picture, "summary": "摘要", "author": "演示甲"}
