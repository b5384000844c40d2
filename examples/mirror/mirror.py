"""A mirror: keeps a copy of what CivicNet shows to this portal, in a SQLite file, and keeps it equal.

Stand-alone: it needs nothing but Python. Run it with

    python mirror.py run --endpoint http://127.0.0.1:8000/graphql/ --key cvn_... --copy copy.sqlite3

It fills an empty copy, follows the change feed, and goes on where it stood after it was stopped or killed: each page of changes
and the cursor after it are written in one transaction. When the feed says CURSOR_EXPIRED, or the platform follows other types
than before, it fills the copy anew; what it had stays there to be shown until the new filling is complete.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import random
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What is copied of each type. Two types may not give one name to values of different kinds, so some have another name here.
FIELDS = {
    "PublicityColumn": "slug title description columnKind: kind url",
    "PublicityArticle": "slug title summary publishedAt source author indexNumber url bodyHtml column { id } "
    "placements { site url state placedAt }",
    "Grid": "code name gridKind: kind households organisationCode organisationName posts { level kind duty seat label }",
    "AssessmentForm": "year title opens closes regularWeight annualWeight organisationCode organisationName "
    "items { code label most method }",
    "HotlineCategory": "code name description keywords group",
}
# Where all nodes of a type are read, for comparing. The first is no paged list.
LISTS = {
    "PublicityColumn": "publicityColumns",
    "PublicityArticle": "publicityArticles",
    "Grid": "grids",
    "AssessmentForm": "assessmentForms",
    "HotlineCategory": "hotlineCategories",
}
UNPAGED = {"PublicityColumn"}
PAGE = 100
SCHEMA = """
CREATE TABLE IF NOT EXISTS node (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL, filling INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS stand (
    one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT, types TEXT NOT NULL, filling INTEGER NOT NULL
);
INSERT OR IGNORE INTO stand VALUES (1, NULL, '[]', 0);
"""


class Unanswered(Exception):
    """The platform could not be asked, or did not answer all that was asked; ``codes`` are those of its errors."""

    def __init__(self, message: str, codes: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.codes = codes


class Platform:
    """The GraphQL endpoint, as one portal sees it."""

    def __init__(self, endpoint: str, key: str = "", host: str = "", timeout: float = 60) -> None:
        self.endpoint, self.timeout = endpoint, timeout
        self.headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        if host:
            self.headers["Host"] = host

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data. An answer with any error is none: a copy must not take over half a page."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self.endpoint, body, self.headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            answer = _read(error)
        except (OSError, ValueError) as error:
            raise Unanswered(str(error)) from error
        if errors := answer.get("errors"):
            codes = frozenset((one.get("extensions") or {}).get("code", "?") for one in errors)
            raise Unanswered(f"{', '.join(sorted(codes))}: {errors[0].get('message')}", codes)
        data: dict[str, Any] = answer["data"]
        return data

    def types(self) -> list[str]:
        """The types that can be followed and are wanted here."""
        return sorted(FIELDS.keys() & set(self.ask("{ changeTypes }")["changeTypes"]))

    def changes(self, types: list[str], after: str | None) -> dict[str, Any]:
        """The next page of changes."""
        found: dict[str, Any] = self.ask(_changes_of(types), after=after, types=types)["changes"]
        return found

    def everything(self, kind: str) -> dict[str, dict[str, Any]]:
        """All nodes of a type by id, read from its own list."""
        if kind in UNPAGED:
            found = self.ask(f"{{ {LISTS[kind]} {{ id {FIELDS[kind]} }} }}")[LISTS[kind]]
            return {node["id"]: node for node in found}
        nodes, after, more = dict[str, dict[str, Any]](), None, True
        query = f"""query ($after: String) {{ {LISTS[kind]}(first: {PAGE}, after: $after) {{
            pageInfo {{ hasNextPage endCursor }} nodes {{ id {FIELDS[kind]} }} }} }}"""
        while more:
            page = self.ask(query, after=after)[LISTS[kind]]
            nodes |= {node["id"]: node for node in page["nodes"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        return nodes


class Copy:
    """The copy in a file. Whoever shows it reads the table ``node``."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.executescript(SCHEMA)

    def stand(self) -> tuple[str | None, list[str]]:
        """The cursor, and the types that are copied."""
        cursor, types = self.database.execute("SELECT cursor, types FROM stand").fetchone()
        return cursor, json.loads(types)

    def begin(self, types: list[str]) -> None:
        """Fill anew. What is there stays until the filling is complete."""
        self.database.execute("UPDATE stand SET cursor = NULL, types = ?, filling = filling + 1", [json.dumps(types)])

    def apply(self, page: dict[str, Any]) -> None:
        """Take over a page and its cursor, both or neither."""
        write = self.database.execute
        write("BEGIN IMMEDIATE")
        try:
            (filling,) = write("SELECT filling FROM stand").fetchone()
            for change in page["nodes"]:
                # An upsert without a node is of one that has gone since: the tombstone follows.
                if change["node"] is None:
                    write("DELETE FROM node WHERE id = ?", [change["id"]])
                    continue
                body = json.dumps(change["node"], ensure_ascii=False, sort_keys=True)
                write("INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?)", [change["id"], change["type"], body, filling])
            write("UPDATE stand SET cursor = ?", [page["endCursor"]])
            if not page["hasNextPage"]:
                write("DELETE FROM node WHERE filling < ?", [filling])
            write("COMMIT")
        except BaseException:
            write("ROLLBACK")
            raise

    def nodes(self, kind: str) -> dict[str, dict[str, Any]]:
        """What is there of a type, by id."""
        rows = self.database.execute("SELECT id, body FROM node WHERE type = ?", [kind])
        return {pk: json.loads(body) for pk, body in rows}


def follow(platform: Platform, copy: Copy) -> int:
    """Bring the copy forward until nothing more is told; returns how many changes it took over."""
    types = platform.types()
    if copy.stand()[1] != types:
        copy.begin(types)
    applied, more = 0, bool(types)
    while more:
        try:
            page = platform.changes(types, copy.stand()[0])
        except Unanswered as error:
            if "CURSOR_EXPIRED" not in error.codes:
                raise
            copy.begin(types)
            continue
        copy.apply(page)
        applied, more = applied + len(page["nodes"]), page["hasNextPage"]
    return applied


def differences(platform: Platform, copy: Copy) -> list[str]:
    """Nodes that the copy has otherwise than the platform shows them, each in a line."""
    found = []
    types = platform.types()
    for kind in types:
        here, there = copy.nodes(kind), platform.everything(kind)
        for pk in sorted(here.keys() | there.keys()):
            if pk not in here:
                found.append(f"{kind} {pk} is missing in the copy")
            elif pk not in there:
                found.append(f"{kind} {pk} is in the copy only")
            elif here[pk] != there[pk]:
                names = [name for name in there[pk] if here[pk].get(name) != there[pk][name]]
                found.append(f"{kind} {pk} differs: {', '.join(names)}")
    of_others = copy.database.execute("SELECT id, type FROM node")
    return found + [f"{kind} {pk} is of a type that is not followed" for pk, kind in of_others if kind not in types]


def verify(platform: Platform, copy: Copy, attempts: int = 5) -> list[str]:
    """Follow, read all, and compare; again where something was written meanwhile."""
    for _attempt in range(attempts):
        follow(platform, copy)
        found = differences(platform, copy)
        if not found or not follow(platform, copy):
            break
    return found


def signed(header: str, body: bytes, secret: str) -> bool:
    """Whether a message is the platform's, whole and not older than five minutes."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    sent = parts.get("t", "")
    expected = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts.get("v1", "")) and abs(time.time() - int(sent)) < 300


def listen(address: str, secret: str, wake: threading.Event) -> ThreadingHTTPServer:
    """Take webhooks at ``host:port``; each that is genuine sets the event."""

    class Receiver(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536))
            if not signed(self.headers.get("X-CivicNet-Signature", ""), body, secret):
                self.send_error(403)
                return
            self.send_response(204)
            self.end_headers()
            wake.set()

        def log_message(self, *_given: Any) -> None:
            """Nothing: what happens is said by the mirror."""

    host, _colon, port = address.rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run(platform: Platform, copy: Copy, *, every: float, wake: threading.Event) -> None:
    """Follow for ever: at once when a webhook wakes it, and every so many seconds."""
    wait = 1.0
    while True:
        # Before reading: what comes while it reads wakes it again.
        wake.clear()
        try:
            applied = follow(platform, copy)
        except Unanswered as error:
            print(f"not answered, again in {wait:.0f} s: {error}", file=sys.stderr, flush=True)
            time.sleep(wait * random.uniform(0.8, 1.2))
            wait = min(wait * 2, 60.0)
            continue
        wait = 1.0
        if applied:
            print(f"{applied} changes", flush=True)
        wake.wait(every)


def main() -> int:
    """Run, fill once, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=("run", "once", "verify"))
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--key", default="", help="API key; without one, what is public is copied")
    parser.add_argument("--host", default="", help="the site's host, where the endpoint has another")
    parser.add_argument("--copy", default="copy.sqlite3")
    parser.add_argument("--every", type=float, default=60, help="seconds from one look to the next")
    parser.add_argument("--listen", default="", help="host:port at which webhooks arrive")
    parser.add_argument("--secret", default="", help="the webhook's signing secret")
    given = parser.parse_args()
    platform, copy, wake = Platform(given.endpoint, given.key, given.host), Copy(given.copy), threading.Event()
    try:
        if given.act == "run":
            if given.listen:
                listen(given.listen, given.secret, wake)
            run(platform, copy, every=given.every, wake=wake)
        if given.act == "once":
            print(f"{follow(platform, copy)} changes")
            return 0
        found = verify(platform, copy)
    except Unanswered as error:
        print(f"not answered: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    print("\n".join(found) or "equal")
    return 2 if found else 0


def _changes_of(types: list[str]) -> str:
    fragments = " ".join(f"... on {kind} {{ {FIELDS[kind]} }}" for kind in types)
    return f"""query ($after: String, $types: [String!]) {{
      changes(after: $after, types: $types, first: {PAGE}) {{
        endCursor hasNextPage nodes {{ operation type id node {{ id {fragments} }} }} }} }}"""


def _read(error: urllib.error.HTTPError) -> dict[str, Any]:
    """The errors in an answer that is no 200, or the status where it holds none."""
    try:
        answer = json.load(error)
    except (OSError, ValueError):
        answer = None
    if not isinstance(answer, dict) or not answer.get("errors"):
        raise Unanswered(f"HTTP {error.code}") from error
    return answer


if __name__ == "__main__":
    sys.exit(main())
