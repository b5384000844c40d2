"""A stranger with a browser: follows links, fills in forms, and sends them, over HTTP and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup, Tag


class DayFailed(RuntimeError):
    """A step of the day did not go as it should; the sentence says which and what came back."""


@dataclass(frozen=True)
class Page:
    """What came back: status, text, and where from."""

    status: int
    url: str
    text: str
    headers: httpx.Headers

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        return BeautifulSoup(self.text, "html.parser")

    def form(self, containing: str) -> Tag:
        """The form that has a field or button of this name, or whose action contains the text.

        Raises:
            DayFailed: there is no such form.
        """
        for form in self.soup.find_all("form"):
            if containing in str(form.get("action", "")) or form.find(attrs={"name": containing}):
                return form
        title = self.soup.title.get_text(strip=True) if self.soup.title else ""
        raise DayFailed(f"no form with {containing!r} at {self.url} (status {self.status}, “{title}”)")


class Browser:
    """One person's session. Every page must answer below 400 unless the caller allows more."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._client = httpx.Client(follow_redirects=True, timeout=60, headers={"Accept": "text/html,*/*"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str, *, allow: int = 399) -> Page:
        """Open an address."""
        return self._page(self._client.get(urljoin(self.base, path)), allow)

    def json(self, path: str) -> Any:
        """Open an address that answers with JSON."""
        return self._client.get(urljoin(self.base, path), headers={"Accept": "application/json"}).json()

    def post(self, path: str, data: dict[str, Any], *, allow: int = 399) -> Page:
        """Send data to an address, as a page's script would: with the token from the session's cookie."""
        headers = {"X-CSRFToken": self._client.cookies.get("csrftoken", "")}
        return self._page(self._client.post(urljoin(self.base, path), data=data, headers=headers), allow)

    def sign_in(self, username: str, password: str, *, at: str = "/admin/login/") -> Page:
        """Sign in, on the administration's page unless told; returns the page one lands on.

        Raises:
            DayFailed: the sign-in page came back.
        """
        page = self.submit(self.get(at), "password", username=username, password=password)
        if at in page.url:
            raise DayFailed(f"{username} could not sign in")
        return page

    def submit(
        self, page: Page, form: str, *, files: dict[str, Path] | None = None, allow: int = 399, **fields: Any
    ) -> Page:
        """Fill in a page's form, keeping what it already holds, and send it. ``press`` names the button."""
        tag = page.form(form)
        press = fields.pop("press", None)
        data = _values(tag) | {name.replace("__", "-"): value for name, value in fields.items()}
        if press:
            data[press] = _button_value(tag, press)
        target = urljoin(page.url, str(tag.get("action") or page.url))
        headers = {"Referer": page.url}
        if not files:
            return self._page(self._client.post(target, data=data, headers=headers), allow)
        opened = {name: (path.name, path.read_bytes()) for name, path in files.items()}
        return self._page(self._client.post(target, data=data, files=opened, headers=headers), allow)

    def _page(self, response: httpx.Response, allow: int) -> Page:
        page = Page(response.status_code, str(response.url), response.text, response.headers)
        if page.status > allow:
            raise DayFailed(f"{response.request.method} {page.url} answered {page.status}: {page.text[:400]}")
        return page


def _values(form: Tag) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name = field.get("name")
        if not name or field.has_attr("disabled") or field.get("type") in ("submit", "button", "file", "image"):
            continue
        if field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                values.setdefault(str(name), []).append(field.get("value", "on"))
        elif field.name == "select":
            chosen = [option.get("value", option.get_text()) for option in field.find_all("option", selected=True)]
            if chosen or not field.has_attr("multiple"):
                first = field.find("option")
                values[str(name)] = chosen or [first.get("value", first.get_text()) if first else ""]
        else:
            values[str(name)] = field.get("value", "") if field.name == "input" else field.get_text().removeprefix("\n")
    return values


def _button_value(form: Tag, name: str) -> str:
    button = form.find(["button", "input"], attrs={"name": name})
    return str(button.get("value", "")) if isinstance(button, Tag) else ""
