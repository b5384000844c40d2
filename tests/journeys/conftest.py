"""A served demo city, a headless Chromium, and a folder for what it looked like.

The server runs as a process of its own, as in life: these tests touch nothing but the browser.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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


@dataclass(frozen=True, slots=True)
class City:
    """Where the city answers, and the password of its people."""

    port: int
    password: str

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
    port = _spare_port()
    environment = os.environ | {"CIVICNET_VAR": str(var), "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.demo"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "django"]
    subprocess.run([*command, "demo", "--set-up", "--port", str(port)], env=environment, check=True)
    with subprocess.Popen([*command, "serve", "--port", str(port)], env=environment) as server:
        try:
            _wait_for(port, server)
            yield City(port=port, password=(var / "demo-password").read_text())
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


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own, as a different person would: ``window()`` or ``window(phone=True)``."""
    opened = []

    def open_window(*, phone: bool = False) -> Page:
        context = chromium.new_context(viewport=PHONE if phone else DESKTOP, locale="zh-CN")  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        opened.append(context)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


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
    """Keeps what a page looks like under var/screenshots/."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

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
