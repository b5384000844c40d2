"""Two sites with their columns, a way to publish, channels, and the people of an editorial office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.files.base import ContentFile
from kept_rows import KeptRows
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site
from wechat_fake import APP_ID, APP_SECRET, FakeWechat

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, Channel, ColumnKind, ColumnPage, HomePage
from civicnet_publicity.services import keep_channel, set_up_editors, set_up_reviews
from civicnet_site.models import SiteTheme, Theme

GOV, PARTY = "gov.test", "party.test"


@dataclass
class Sites:
    """The government site and the Party-building site."""

    gov: Site
    party: Site
    columns: dict[str, ColumnPage]

    def __getitem__(self, name: str) -> ColumnPage:
        return ColumnPage.objects.get(pk=self.columns[name].pk)


@pytest.fixture(scope="module")
def kept_sites(kept_rows: KeptRows) -> None:
    """The sites for all tests of a module: dear to build, and each test's own transaction takes back what it does to them."""
    kept_rows(_build_sites)


@pytest.fixture
def sites(kept_sites: None, db: None) -> Sites:
    """gov.test with news, notices and documents; party.test with news and experience."""
    gov, party = Site.objects.get(hostname=GOV), Site.objects.get(hostname=PARTY)
    columns = {column.url_path.strip("/"): column for column in ColumnPage.objects.all()}
    return Sites(gov, party, columns)


def _build_sites() -> None:
    Site.objects.all().delete()
    root = Page.get_first_root_node()
    for theme, host, names in (
        (Theme.GOV, GOV, ("news", "notices", "documents")),
        (Theme.PARTY, PARTY, ("news", "experience")),
    ):
        home = HomePage(title=f"{theme.label} home", slug=theme.value, issuer_code="000014349")
        root.add_child(instance=home)
        home.save_revision().publish()
        site = Site.objects.create(hostname=host, root_page=home, is_default_site=theme == Theme.GOV, site_name=host)
        SiteTheme.objects.create(site=site, theme=theme, site_name=f"{theme.value} site", site_id_code="2224030001")
        for name in names:
            kind = {"notices": ColumnKind.NOTICE, "documents": ColumnKind.DISCLOSURE, "experience": ColumnKind.SPECIAL}
            column = ColumnPage(title=name.title(), slug=name, kind=kind.get(name, ColumnKind.NEWS), keywords="a,b")
            HomePage.objects.get(pk=home.pk).add_child(instance=column)
            column.save_revision().publish()


@pytest.fixture
def write(sites: Sites) -> Callable[..., ArticlePage]:
    """Writes an article: ``write("gov/news", "slug", also_in=("party/news",))``; published unless told otherwise."""

    def make(
        column: str, slug: str, *, also_in: tuple[str, ...] = (), publish: bool = True, **fields: Any
    ) -> ArticlePage:
        article = ArticlePage(**{"title": f"Title of {slug}", "slug": slug, "live": False} | fields)
        sites[column].add_child(instance=article)
        article.also_in = [sites[name] for name in also_in]
        revision = article.save_revision()
        if publish:
            revision.publish()
        return ArticlePage.objects.get(pk=article.pk)

    return make


@pytest.fixture
def picture(db: None, settings: Any, tmp_path: Path) -> Any:
    """An uploaded picture of 40 by 20."""
    settings.MEDIA_ROOT = tmp_path
    # Numbers come again in the next test, and its sizes lie elsewhere.
    caches["renditions" if "renditions" in settings.CACHES else "default"].clear()
    return get_image_model().objects.create(
        title="A picture", file=get_test_image_file(size=(40, 20)), description="what it shows"
    )


@pytest.fixture
def document(db: None, settings: Any, tmp_path: Path) -> Any:
    """An uploaded file of 2,048 bytes."""
    settings.MEDIA_ROOT = tmp_path
    return get_document_model().objects.create(title="A form", file=ContentFile(b"x" * 2048, name="form.pdf"))


@dataclass
class Office:
    """An editorial office: one who writes, three groups that review."""

    editor: User
    first: User
    second: User
    final: User
    groups: dict[str, Group]


@pytest.fixture
def office(sites: Sites) -> Office:
    """Editors below the government site, and three reviews above them."""
    groups = {name: Group.objects.create(name=name) for name in ("editors", "first", "second", "final")}
    set_up_editors(page=sites.gov.root_page, editors=groups["editors"], actor=SYSTEM)
    set_up_reviews(first=groups["first"], second=groups["second"], final=groups["final"], actor=SYSTEM)
    people = {}
    for name in ("editor", "first", "second", "final"):
        people[name] = User.objects.create_user(username=name, password="demo-only-1234", full_name=f"演示{name}")
        people[name].groups.add(groups["editors" if name == "editor" else name])
    return Office(**people, groups=groups)


@pytest.fixture
def importing(office: Office, staff: Any, enabled: Any, settings: Any, tmp_path: Path) -> Callable[..., Actor]:
    """Somebody who writes below the government site and imports there: ``importing(*rights)``."""
    settings.MEDIA_ROOT = str(tmp_path)
    enabled("publicity")

    def make(*rights: str, username: str = "clerk") -> Actor:
        person = staff(list(rights), "222403001001", username=username)
        person.groups.add(office.groups["editors"])
        return staff_actor(person)

    return make


@pytest.fixture
def wechat(settings: Any) -> Iterator[FakeWechat]:
    """The fake of WeChat's interface, on this machine."""
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    made = FakeWechat()
    yield made
    made.close()


@pytest.fixture
def account(db: None, enabled: Any, wechat: FakeWechat) -> Channel:
    """The account that the fake knows."""
    enabled("publicity")
    values = {"app_id": APP_ID, "app_secret": APP_SECRET, "address": wechat.url}
    return keep_channel(actor=SYSTEM, name="演示公众号", kind="publicity.wechat", values=values)


@pytest.fixture
def folder(db: None, enabled: Any, settings: Any, tmp_path: Path) -> Channel:
    """A folder of files."""
    enabled("publicity")
    settings.CIVICNET_CHANNEL_FOLDER = tmp_path / "channels"
    return keep_channel(actor=SYSTEM, name="演示文件夹", kind="publicity.files", values={})


@pytest.fixture
def into(sites: Any) -> Callable[..., None]:
    """Sets where the articles of a column go: ``into("gov/news", channel)``."""

    def set_channels(column: str, *channels: Channel) -> None:
        page = sites[column]
        page.channels = list(channels)
        page.save_revision().publish()

    return set_channels


@pytest.fixture
def appointed(office: Office, staff: Any, enabled: Any) -> Callable[..., Actor]:
    """Somebody more in a group of the office, with what a post allows: ``appointed("final", ALLOW_URGENT)`` is their actor."""
    enabled("publicity")

    def give(name: str, *rights: str) -> Actor:
        person = staff(list(rights), "222403001001", username=f"{name}2")
        person.groups.add(office.groups[name])
        person.email = f"{name}2@example.test"
        person.save()
        return staff_actor(person)

    return give
