"""Setting up the demo city: divisions, roles, people, sites, plugins, and the key of an outside portal."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.access.organisations import Division, load_divisions, organisation
from civicnet.access.rotation import rotate_key
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.history import changes_of
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet_publicity.services import set_up_editors, set_up_reviews
from civicnet_site.demo.offices import open_offices
from civicnet_site.demo.people import CITY, set_up_people
from civicnet_site.demo.publicity import set_up_sites
from civicnet_site.roles import Role, set_up_roles

DATA = Path(__file__).resolve().parent / "data"
PORTAL = "演示门户"
SCOPES = ["grid.read", "hotline.submit", "hotline.read"]

BUNDLED = ("grid", "assessment", "publicity", "hotline")


@dataclass(frozen=True, slots=True)
class City:
    """What the day needs to know of the city."""

    password: str
    portal_key: str


def a_day_was_lived() -> bool:
    """Whether a day has come to its end here: its last act is a member of staff switching a plugin on again."""
    return AuditRecord.objects.filter(action="plugins.enable", actor_kind="staff").exists()


def divisions() -> Iterator[Division]:
    """Dunhua: the city, its township-level units, its communities and villages, parents first."""
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield Division(code=row["code"], name=row["name"], parent=row["parent"])


def set_up_city(*, port: int) -> City:
    """Set up what is missing; a second call changes nothing and takes no time."""
    password = _kept("demo-password", lambda: f"yanshi-{secrets.token_hex(4)}")
    load_divisions(divisions=divisions(), actor=SYSTEM)
    open_offices(city=organisation(CITY), actor=SYSTEM)
    switch_bundled_on()
    groups = set_up_roles(actor=SYSTEM).groups
    set_up_people(groups=groups, password=password, actor=SYSTEM)
    set_up_sites(actor=SYSTEM, port=port)
    _set_up_writing(groups)
    collect("demo_data", actor=SYSTEM)
    return City(password=password, portal_key=_portal_key())


def _set_up_writing(groups: dict[Role, Group]) -> None:
    root = Page.get_first_root_node()
    if not GroupPagePermission.objects.filter(group=groups[Role.EDITOR], page=root).exists():
        set_up_editors(page=root, editors=groups[Role.EDITOR], actor=SYSTEM)
    set_up_reviews(
        first=groups[Role.FIRST_REVIEWER],
        second=groups[Role.SECOND_REVIEWER],
        final=groups[Role.CHIEF_REVIEWER],
        actor=SYSTEM,
    )


def switch_bundled_on() -> None:
    """Switch on what comes with the platform, unless somebody has decided about it; a stranger's plugin starts off."""
    for slug in BUNDLED:
        if slug in registry.manifests and not changes_of(slug, most=1) and not read(None).is_on(slug):
            enable_plugin(slug=slug, actor=SYSTEM, reason="演示城市")


def _portal_key() -> str:
    # The database keeps only a digest, so the demo keeps its own portal's key in a file, as the portal would.
    path = settings.VAR_DIR / "demo-portal-key"
    portal = ApiClient.objects.filter(name=PORTAL).first()
    if portal is None or not path.exists():
        if portal is None:
            _client, key = create_client(name=PORTAL, organisation=organisation(CITY), scopes=SCOPES, actor=SYSTEM)
        else:
            key = rotate_key(client=portal, overlap=timedelta(), actor=SYSTEM, reason="演示门户的密钥文件不在了")
        path.touch(mode=0o600)
        path.write_text(key)
    return path.read_text()


def _kept(name: str, make: Callable[[], str]) -> str:
    path = settings.VAR_DIR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()
