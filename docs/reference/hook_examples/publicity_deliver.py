"""Headlines to the screens of a service hall."""

from typing import Any

from civicnet.contract import InvalidInput, hookimpl

SHOWN: dict[str, str] = {}


@hookimpl(optionalhook=True)
def publicity_deliver(parcel: Any) -> str:
    if len(parcel.article.title) > 30:
        raise InvalidInput("显示屏只放得下 30 个字，请缩短标题后再发布。", code="TITLE_TOO_LONG")
    # The number of the article is the key: the same edition twice is one headline.
    SHOWN[parcel.article_id] = parcel.article.title
    return parcel.settings["hall"]
