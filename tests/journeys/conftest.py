"""A served demo city, a headless Chromium, and a folder for what it looked like.

The server runs as a process of its own, as in life: these tests touch nothing but the browser.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "var" / "screenshots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
# As root Chromium needs --no-sandbox; the others keep it from calling hosts of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


OUR_HOSTS = {"127.0.0.1", "localhost"}
# Wagtail's admin scrolls inside the window: as high as this the window has to be to hold all of a page.
FULL_HEIGHT = """() => Math.max(...[document.documentElement, document.body, ...document.querySelectorAll("body *")]
  .filter(one => one.scrollHeight > one.clientHeight + 1 && /auto|scroll|visible/.test(getComputedStyle(one).overflowY))
  .map(one => one.scrollHeight), window.innerHeight)"""


@dataclass(frozen=True, slots=True)
class City:
    """Where the city answers, the password of its people, and the key of its portal."""

    port: int
    password: str
    portal_key: str
    # What a command of the city's own administrator needs.
    environment: dict[str, str]

    @property
    def government(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def party(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demo city, set up in a folder of its own and served on a spare port."""
    var = tmp_path_factory.mktemp("city")
    if (ROOT / "var" / "vendor").is_dir():
        (var / "vendor").symlink_to(ROOT / "var" / "vendor")
    # The migrations, where this run has just seen what they make of an empty database.
    migrated = Path(os.environ.get("CIVICNET_TESTS_MIGRATED", ""))
    if migrated.is_file():
        shutil.copy(migrated, var / "civicnet.sqlite3")
    port = _spare_port()
    environment = os.environ | {
        "CIVICNET_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.demo",
        "CIVICNET_LOAD_POLICY": "quarantine",
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "civicnet_site"]
    subprocess.run([*command, "demo", "--set-up", "--port", str(port)], env=environment, check=True)
    with subprocess.Popen([*command, "serve", "--port", str(port)], env=environment) as server:
        try:
            _wait_for(port, server)
            kept = {name: (var / f"demo-{name.replace('_', '-')}").read_text() for name in ("password", "portal_key")}
            yield City(port=port, **kept, environment=environment)
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium under Playwright."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


# Without slots: Playwright hangs a mark of its own on whoever listens.
@dataclass
class Watch:
    """What went wrong in the windows of one journey: requests to other hosts, and errors on the console."""

    strangers: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    refusals: set[tuple[str, int]] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.errors.append((str(error.error), "")))

    def unexpected(self) -> list[tuple[str, str]]:
        """The errors, less those by which the browser reports a refusal that the journey asked for."""
        expected = {(address, f"status of {status} ") for address, status in self.refusals}
        return [
            (text, address)
            for text, address in self.errors
            if not any(address == known and status in text for known, status in expected)
        ]

    def _requested(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host is not None and host not in OUR_HOSTS:
            self.strangers.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append((message.text, message.location["url"]))


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Holds every journey to it: no window asks another host for anything, or complains on its console."""
    seen = Watch()
    yield seen
    assert not seen.strangers
    assert not seen.unexpected()


@pytest.fixture
def window(chromium: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own, as a different person would: ``window()`` or ``window(phone=True)``."""
    opened = []

    def open_window(*, phone: bool = False) -> Page:
        context = chromium.new_context(viewport=PHONE if phone else DESKTOP, locale="zh-CN")  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        watch.over(context)
        opened.append(context)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def refused(watch: Watch) -> Callable[[Page, int], AbstractContextManager[None]]:
    """What happens inside leads to a page that answers with this status: ``with refused(page, 400): …``."""

    @contextlib.contextmanager
    def refusal(page: Page, status: int) -> Iterator[None]:
        with page.expect_response(lambda one: one.request.is_navigation_request() and one.status == status) as answer:
            yield
        watch.refusals.add((answer.value.url, status))

    return refusal


@pytest.fixture
def sign_in(city: City, window: Callable[..., Page]) -> Callable[..., Page]:
    """A window in which this person is signed in."""

    def enter(username: str, *, phone: bool = False, to: str = "/admin/") -> Page:
        page = window(phone=phone)
        page.goto(f"{city.government}/admin/login/?next={to}")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", city.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    return enter


@pytest.fixture(scope="session")
def shot() -> Callable[[Page, str], None]:
    """Keeps what a whole page looks like under var/screenshots/; nothing may stick out of the window sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.wait_for_load_state()
        size = page.viewport_size
        assert size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{page.url} scrolls sideways"
        page.set_viewport_size({"width": size["width"], "height": page.evaluate(FULL_HEIGHT)})
        page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")
        page.set_viewport_size(size)

    return keep


def _spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/graphql/schema.graphql", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError("the demo city did not start")
