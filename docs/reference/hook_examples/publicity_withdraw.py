"""Headlines off the screens of a service hall."""

from typing import Any

from civicnet.contract import hookimpl

SHOWN = {"article-1": "招聘公告"}


@hookimpl(optionalhook=True)
def publicity_withdraw(parcel: Any) -> str:
    SHOWN.pop(parcel.article_id, None)
    return ""
