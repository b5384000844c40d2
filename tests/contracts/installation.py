"""An installation of its own: a copied database, strangers' plugins beside the product, and real server processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from textwrap import dedent
from typing import Any

SETTINGS = "civicnet_site.settings.test"
MANIFEST = """
slug = "{slug}"
version = "0.1.0"
prefix = "{slug}"
scope = "hybrid"
requires_platform = ">=0.1,<1"
urls = ["p/{slug}/"]

[label]
zh-hans = "{slug}"
en = "{slug}"
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from which process, and when."""

    status: int
    body: bytes
    process: str
    asked_at: float
    answered_at: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Installation:
    """One machine with the product on it. ``install`` before ``serving``."""

    folder: Path
    database: str
    policy: str = "quarantine"
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: _spare_port())

    @property
    def site_packages(self) -> Path:
        return self.folder / "site-packages"

    @property
    def environment(self) -> dict[str, str]:
        path = [str(self.site_packages), *filter(None, [os.environ.get("PYTHONPATH")])]
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "CIVICNET_VAR": str(self.folder / "var"),
            "CIVICNET_LOAD_POLICY": self.policy,
            "CIVICNET_SHOW_PROCESS": "true",
            "DATABASE_URL": self.database,
            "PYTHONPATH": os.pathsep.join(path),
            **self.extra,
        }

    def install(self, slug: str, *, plugin: str, **modules: str) -> None:
        """Put a plugin where pip would: ``plugin`` is the source of plugin.py, the others of modules by name."""
        package = self.site_packages / f"stranger_{slug}"
        package.mkdir(parents=True)
        (package / "plugin.toml").write_text(MANIFEST.format(slug=slug), encoding="utf-8")
        for name, source in {"__init__": '"""A stranger."""\n', "plugin": plugin, **modules}.items():
            (package / f"{name}.py").write_text(dedent(source), encoding="utf-8")
        info = self.site_packages / f"stranger_{slug}-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stranger-{slug}\nVersion: 0.1.0\n")
        (info / "entry_points.txt").write_text(f"[civicnet.plugins]\n{slug} = stranger_{slug}\n")

    def run(self, *arguments: str) -> str:
        """Run a command of the product to its end; its output."""
        command = [sys.executable, "-m", "civicnet_site", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def switch_on(self, *slugs: str) -> None:
        """Switch plugins on, all in one process."""
        program = "from civicnet.access.actors import SYSTEM; from civicnet.lifecycle.activation import enable_plugin\n"
        acts = [f"enable_plugin(slug={slug!r}, actor=SYSTEM, reason='test')\n" for slug in slugs]
        self.run("shell", "-v", "0", "--no-imports", "-c", program + "".join(acts))

    @contextmanager
    def serving(self, *, workers: int) -> Iterator[None]:
        """The real server for the length of a block, answering when the block begins."""
        (self.folder / "var" / "static").mkdir(parents=True, exist_ok=True)
        options = ["--workers", str(workers), "--port", str(self.port), "--no-background", "--no-collect"]
        command = [sys.executable, "-m", "civicnet_site", "serve", *options]
        with (self.folder / "log").open("wb") as log:
            server = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        with _leash(server):
            self.wait(server)
            yield

    def log(self) -> str:
        """What the server said so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, body: Any = None, *, timeout: float = 30, headers: dict[str, str] | None = None) -> Answer:
        """One request on a connection of its own: GET, or POST of a JSON body."""
        asked_at = time.monotonic()
        http = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            given = {"Content-Type": "application/json", "Accept": "*/*", **(headers or {})}
            http.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), given)
            answer = http.getresponse()
            process = answer.headers.get("X-CivicNet-Process", "")
            return Answer(answer.status, answer.read(), process, asked_at, time.monotonic())
        finally:
            http.close()

    def wait(self, server: subprocess.Popen[bytes] | None = None) -> None:
        """Until it answers."""
        until = time.monotonic() + 60
        while time.monotonic() < until and (server is None or server.poll() is None):
            try:
                self.ask("/graphql/schema.graphql", timeout=20)
            except (OSError, HTTPException):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"the server did not start:\n{self.log()}")


@contextmanager
def _leash(server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ask the server to end with the block, or with us: a pipe breaks also when a run of tests is killed."""
    command = ["sh", "-c", 'read -r line; kill -TERM "$0"', str(server.pid)]
    leash = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        leash.communicate()
        try:
            server.wait(timeout=30)
        finally:
            server.kill()


def _spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
