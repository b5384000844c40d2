"""A fake of WeChat's interface for official accounts on 127.0.0.1, with the fields, limits and codes that its pages name.

It is no WeChat: it keeps drafts in memory, knows one account, and publishes nothing.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

APP_ID, APP_SECRET = "wx-demo-0001", "demo-secret-of-nobody"
PICTURES = "http://mmbiz.qpic.cn/fake/"
LIMITS = {"title": (32, 45003), "author": (16, 45110), "digest": (128, 45004)}


class FakeWechat:
    """What the account holds. ``refuse`` gives codes to answer with, by path, once each; ``lose`` breaks off after the deed."""

    def __init__(self) -> None:
        self.token, self.drafts, self.covers = "token-1", dict[str, dict[str, Any]](), list[bytes]()
        self.pictures: list[bytes] = []
        self.asked: list[str] = []
        self.refuse: dict[str, list[int]] = {}
        self.lose: set[str] = set()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fake.asked.append(parts.path.rpartition("cgi-bin/")[2])
                answer = fake.answer(parts.path, parse_qs(parts.query), body)
                if parts.path in fake.lose:
                    fake.lose.discard(parts.path)
                    return
                told = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *given: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self.http.shutdown()
        self.http.server_close()

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> dict[str, Any]:
        """What the interface says."""
        if waiting := self.refuse.get(path):
            return {"errcode": waiting.pop(0), "errmsg": "refused by the test"}
        if path == "/cgi-bin/stable_token":
            given = json.loads(body)
            if (given["appid"], given["secret"]) != (APP_ID, APP_SECRET):
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            return {"access_token": self.token, "expires_in": 7200}
        if query["access_token"] != [self.token]:
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
        if path in ("/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material"):
            return self._upload(path, query, body)
        return getattr(self, f"_{path.rpartition('/')[2]}")(json.loads(body))

    def _upload(self, path: str, query: dict[str, list[str]], body: bytes) -> dict[str, Any]:
        found = re.search(rb'name="media"; filename="[^"]+"\r\nContent-Type: image/jpeg\r\n\r\n(.*)\r\n--', body, re.S)
        if found is None or not found[1].startswith(b"\xff\xd8") or len(found[1]) >= 1024 * 1024:
            return {"errcode": 40009, "errmsg": "invalid image size"}
        if path.endswith("uploadimg"):
            self.pictures.append(found[1])
            return {"url": f"{PICTURES}{len(self.pictures)}", "errcode": 0}
        assert query["type"] == ["image"]
        self.covers.append(found[1])
        return {"media_id": f"cover-{len(self.covers)}", "url": f"{PICTURES}cover"}

    def _add(self, given: dict[str, Any]) -> dict[str, Any]:
        (article,) = given["articles"]
        if code := self._fault(article):
            return {"errcode": code, "errmsg": "refused"}
        number = f"draft-{len(self.asked)}"
        self.drafts[number] = article
        return {"media_id": number}

    def _update(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["media_id"] not in self.drafts:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        assert given["index"] == 0
        if code := self._fault(given["articles"]):
            return {"errcode": code, "errmsg": "refused"}
        self.drafts[given["media_id"]] = given["articles"]
        return {"errcode": 0, "errmsg": "ok"}

    def _delete(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.drafts.pop(given["media_id"], None) is None:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        return {"errcode": 0, "errmsg": "ok"}

    def _batchget(self, given: dict[str, Any]) -> dict[str, Any]:
        assert 1 <= given["count"] <= 20
        items = [
            {"media_id": number, "content": {"news_item": [{**article, "content": ""}]}, "update_time": 0}
            for number, article in reversed(self.drafts.items())
        ]
        return {"total_count": len(items), "item_count": len(items), "item": items[: given["count"]]}

    def _fault(self, article: dict[str, Any]) -> int:
        for name, (most, code) in LIMITS.items():
            if len(article[name]) > most:
                return code
        if len(article["content"]) >= 20_000:
            return 45002
        return 0 if re.fullmatch(r"cover-\d+", article["thumb_media_id"]) else 40007
