"""A portal with a key: it sends files to the one door, and asks at the other."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.test import Client

from civicnet.access.models import ApiClient
from civicnet.exchange.checking import run_check

SCOPES = ["platform.upload", "platform.organisations"]
HEADINGS = "机构代码,机构名称,机构类型,上级代码,设立日期\n"
GOOD = "222403001900,新设社区,社区,222403001,2026-01-01\n"
ELSEWHERE = "222403100900,别处社区,社区,222403100,2026-01-01\n"
IMPORT = """{ id resource fileName state rowsTotal rowsDone rows { new changed unchanged faulty skipped } canUndo
  result { name count } undone { name count } error { code message }
  findings(outcome: FAULT) { nodes { row column outcome code message } hasNextPage endCursor } }"""
START = f"""mutation ($u: ID!, $r: String!, $k: String, $c: [PlatformImportColumnInput!],
  $s: String) {{
  platformStartImport(upload: $u, resource: $r, idempotencyKey: $k, columns: $c, sheet: $s) {{ import {IMPORT} }} }}"""
READ = f"query ($i: ID!) {{ platformImport(id: $i) {IMPORT} }}"


class Portal:
    """A client that speaks to the two doors."""

    def __init__(self, row: ApiClient, key: str) -> None:
        self.row, self.headers = row, {"authorization": f"Bearer {key}", "accept-language": "en"}

    def send(self, body: bytes | str, *, name: str = "organisations.csv", **more: Any) -> Any:
        data = body.encode() if isinstance(body, str) else body
        more = {"CONTENT_LENGTH": str(len(data))} | more
        address = f"/api/uploads?name={name}" if name else "/api/uploads"
        return Client().post(address, data, content_type="application/octet-stream", headers=self.headers, **more)

    def sent(self, body: str = HEADINGS + GOOD) -> str:
        answer = self.send(body)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["upload"]["id"])

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables})
        found = Client().post("/graphql/", body, content_type="application/json", headers=self.headers)
        answer: dict[str, Any] = found.json()
        return answer

    def act(self, name: str, key: str) -> dict[str, Any]:
        return self.ask(f"mutation ($i: ID!) {{ platform{name}Import(id: $i) {{ import {IMPORT} }} }}", i=key)

    def started(self, body: str = HEADINGS + GOOD) -> str:
        upload = self.sent(body)
        answer = self.ask(START, u=upload, r="platform.organisations")
        assert answer["data"]["platformStartImport"]["import"]["state"] == "UPLOADED", answer
        run_check(UUID(upload))
        return upload


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])
