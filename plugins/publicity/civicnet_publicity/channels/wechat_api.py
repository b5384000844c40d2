"""WeChat's interface for official accounts, as far as a draft needs it: token, pictures, drafts.

Fields, limits and codes are those of developers.weixin.qq.com: getStableAccessToken (``/cgi-bin/stable_token``), uploadImage
(``/cgi-bin/media/uploadimg``: JPG or PNG below 1 MB), addMaterial (``/cgi-bin/material/add_material``), draft_add,
draft_update, draft_delete and draft_batchget. An answer with an ``errcode`` other than 0 is a refusal, whatever the status.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.contract import InvalidInput
from civicnet.delivery.models import Failure
from civicnet.delivery.outgoing import call
from civicnet.delivery.targets import Unsent, read_target
from civicnet_publicity.channels.kinds import TryLater

ADDRESS = "https://api.weixin.qq.com"
PICTURE_BYTES = 1024 * 1024 - 1
_MOST_ANSWER = 4 * 1024 * 1024
_SECONDS = 40.0
# The codes of what passes by itself.
_BUSY: Mapping[str, Any] = {
    "WECHAT_45009": gettext_lazy("The account has used up WeChat's calls for today. It goes on after midnight."),
    "WECHAT_45011": gettext_lazy("WeChat is busy."),
    "WECHAT_-1": gettext_lazy("WeChat is busy."),
    "WECHAT_TOKEN": gettext_lazy("WeChat takes no token for now."),
    "WECHAT_UNREADABLE": gettext_lazy("WeChat answered something that nobody understands."),
}
# The token is not the newest: somebody else has had it made anew. Asking again gives the one that holds.
_STALE = frozenset((40001, 40014, 42001))
_GONE = 40007
# What only a person can set right, with the sentence for it.
_FOR_A_PERSON: Mapping[int, Any] = {
    40001: gettext_lazy("WeChat does not accept the AppSecret. An administrator has to enter it anew in the channel."),
    40013: gettext_lazy("WeChat does not know the AppID. An administrator has to correct it in the channel."),
    40125: gettext_lazy("WeChat does not accept the AppSecret. An administrator has to enter it anew in the channel."),
    40164: gettext_lazy(
        "WeChat does not take calls from our address. Put the server's address on the IP white list of the account."
    ),
    40009: gettext_lazy("WeChat finds a picture too big. Choose a smaller one."),
    40007: gettext_lazy("WeChat does not take the cover. Choose another picture for the article."),
    45002: gettext_lazy("The text is too long for WeChat: it takes fewer than 20,000 signs with their tags, and 1 MB."),
    45003: gettext_lazy("The title is too long for WeChat: it takes 32 signs."),
    45004: gettext_lazy("The summary is too long for WeChat: it takes 128 signs."),
    45110: gettext_lazy("The author is too long for WeChat: it takes 16 signs."),
    48001: gettext_lazy("The account may not use drafts over the interface. It has to be verified in WeChat."),
}


class WechatGone(InvalidInput):
    """The draft is not in the box any more; ``forget_remote``: there is nothing left that could be changed or deleted."""

    code = "WECHAT_LEFT_DRAFTS"
    message = gettext_lazy(
        "The draft has left WeChat's draft box, perhaps because it was published there. Correct or delete it in WeChat by "
        "hand; then send again."
    )
    forget_remote = True


class Account:
    """One official account. A token is asked for once for each of these, so one is made for each parcel."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._root = (settings.get("address") or ADDRESS).rstrip("/")
        self._token = ""

    def body_picture(self, jpeg: bytes) -> str:
        """The address under which a picture may stand in a text."""
        return str(self._upload("/cgi-bin/media/uploadimg", jpeg, {})["url"])

    def cover(self, jpeg: bytes) -> str:
        """The media id of a picture that is kept for good, as a cover must be."""
        return str(self._upload("/cgi-bin/material/add_material", jpeg, {"type": "image"})["media_id"])

    def add(self, article: Mapping[str, Any]) -> str:
        """Make a draft; returns its media id."""
        return str(self._ask("/cgi-bin/draft/add", {"articles": [article]})["media_id"])

    def update(self, media_id: str, article: Mapping[str, Any]) -> None:
        """Change a draft.

        Raises:
            WechatGone: it is not in the box.
        """
        self._ask("/cgi-bin/draft/update", {"media_id": media_id, "index": 0, "articles": article}, of_draft=True)

    def delete(self, media_id: str) -> None:
        """Delete a draft, which nobody can undo.

        Raises:
            WechatGone: it is not in the box.
        """
        self._ask("/cgi-bin/draft/delete", {"media_id": media_id}, of_draft=True)

    def draft_of(self, address: str) -> str:
        """The newest draft that leads to this address, as its “read more”; "" if none of the last twenty does."""
        found = self._ask("/cgi-bin/draft/batchget", {"offset": 0, "count": 20, "no_content": 1})
        for item in found.get("item", ()):
            if any(one.get("content_source_url") == address for one in item["content"]["news_item"]):
                return str(item["media_id"])
        return ""

    def _ask(self, path: str, body: Mapping[str, Any], *, of_draft: bool = False) -> dict[str, Any]:
        # WeChat keeps escapes such as \\u4e2d as they are, so the text goes out as UTF-8.
        return self._post(path, orjson.dumps(body), "application/json; charset=utf-8", {}, of_draft)

    def _upload(self, path: str, jpeg: bytes, query: Mapping[str, str]) -> dict[str, Any]:
        seam = f"civicnet{secrets.token_hex(16)}"
        head = (
            f'--{seam}\r\nContent-Disposition: form-data; name="media"; filename="picture.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + jpeg + f"\r\n--{seam}--\r\n".encode()
        return self._post(path, body, f"multipart/form-data; boundary={seam}", query, False)

    def _post(self, path: str, body: bytes, kind: str, query: Mapping[str, str], of_draft: bool) -> dict[str, Any]:
        for last in (False, True):
            self._token = self._token or self._new_token()
            given = urlencode({"access_token": self._token, **query})
            answer = self._send(f"{path}?{given}", body, kind)
            code = int(answer.get("errcode", 0))
            if code == 0:
                return answer
            if code in _STALE and not last:
                self._token = ""
                continue
            if code in _STALE:
                raise _busy("WECHAT_TOKEN")
            raise WechatGone() if code == _GONE and of_draft else _refusal(code, answer)
        raise AssertionError("the second attempt returns or raises")

    def _new_token(self) -> str:
        if not self._settings.get("app_secret"):
            raise _refusal(40125, {})
        asked = {
            "grant_type": "client_credential",
            "appid": self._settings["app_id"],
            "secret": self._settings["app_secret"],
        }
        answer = self._send("/cgi-bin/stable_token", orjson.dumps(asked), "application/json")
        if "access_token" not in answer:
            raise _refusal(int(answer.get("errcode", 0)), answer)
        return str(answer["access_token"])

    def _send(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        try:
            root = read_target(self._root)
        except InvalidInput as error:
            raise InvalidInput(Failure.ADDRESS.label, code="WECHAT_ADDRESS") from error
        try:
            # A token alone may be longer than addresses that people write.
            target = replace(root, path=f"{root.path.rstrip('/')}{path}")
            answer = call(target, body, {"Content-Type": kind}, most=_MOST_ANSWER, seconds=_SECONDS)
            read = orjson.loads(answer.body)
        except Unsent as unsent:
            unsure = unsent.failure not in (Failure.NAME, Failure.ADDRESS, Failure.SECURITY)
            raise TryLater(unsent.failure.label, code=f"WECHAT_{unsent.failure.name}", unsure=unsure) from unsent
        except orjson.JSONDecodeError as error:
            raise _busy("WECHAT_UNREADABLE", unsure=True) from error
        if not isinstance(read, dict):
            raise _busy("WECHAT_UNREADABLE", unsure=True)
        return read


def _refusal(code: int, answer: Mapping[str, Any]) -> Exception:
    if code == 45009:
        # The count of a day begins anew at midnight there.
        tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=0, minute=10, second=0, microsecond=0)
        return _busy("WECHAT_45009", retry_after=tomorrow - timezone.now())
    if f"WECHAT_{code}" in _BUSY:
        return _busy(f"WECHAT_{code}")
    if code in _FOR_A_PERSON:
        return InvalidInput(_FOR_A_PERSON[code], code=f"WECHAT_{code}")
    said = _("WeChat refused it with the code %(code)d: %(words)s") % {
        "code": code,
        "words": str(answer.get("errmsg", ""))[:200],
    }
    return InvalidInput(said, code=f"WECHAT_{code}")


def _busy(code: str, **terms: Any) -> TryLater:
    return TryLater(_BUSY[code], code=code, **terms)


def sentence_of(code: str) -> str:
    """What a kept code says, in the language of whoever looks; "" where only the kept words say it."""
    name = code.removeprefix("WECHAT_")
    if code == WechatGone.code:
        return str(WechatGone.message)
    if code in _BUSY:
        return str(_BUSY[code])
    if code.startswith("WECHAT_") and name in Failure.names:
        return str(Failure[name].label)
    return str(_FOR_A_PERSON.get(int(name), "")) if name.isascii() and name.isdigit() else ""
