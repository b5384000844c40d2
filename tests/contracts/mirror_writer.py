"""An office that never sleeps: a program of its own, with a seed. Its people write until they are killed, and others come.

``setup`` switches the plugins on and makes two sites, their columns and a portal's key, which is printed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time

from django.db import IntegrityError, OperationalError, transaction
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.access.organisations import load_divisions
from civicnet.contract import CivicNetError
from civicnet.lifecycle.activation import enable_plugin
from civicnet.testing.people import DIVISIONS
from civicnet_grid.models import Grid
from civicnet_grid.services import open_grid
from civicnet_hotline.models import Category, Group
from civicnet_hotline.services import open_category
from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage, Placement
from civicnet_publicity.services import place_article

PLACES = ("222403001001", "222403001002", "222403100200")


def setup() -> None:
    for slug in ("grid", "assessment", "hotline", "publicity"):
        enable_plugin(slug=slug, actor=SYSTEM, reason="test")
    load_divisions(divisions=DIVISIONS, actor=SYSTEM)
    root = Page.get_first_root_node() or Page.add_root(title="Root")
    Site.objects.all().delete()
    for number, host in enumerate(("gov.test", "party.test")):
        home = root.add_child(instance=HomePage(title=host, slug=f"home-{number}"))
        Site.objects.create(hostname=host, root_page=home, is_default_site=number == 0)
        for n in range(3):
            home.add_child(instance=ColumnPage(title=f"column {n}", slug=f"column-{n}"))
            home = HomePage.objects.get(pk=home.pk)
    city = Organisation.objects.get(code="222403")
    scopes = ["grid.read"]
    print(create_client(name="mirror", organisation=city, scopes=scopes, actor=SYSTEM)[1])


class Office:
    def __init__(self, seed: int, pace: float) -> None:
        self.chance, self.pace = random.Random(seed), pace
        self.name = f"{seed}-{time.time_ns()}"
        self.written = 0

    def some(self, rows):
        ids = list(rows.order_by("?").values_list("pk", flat=True)[:1])
        return rows.model.objects.filter(pk__in=ids).first()

    def new_article(self) -> None:
        self.written += 1
        page = ArticlePage(
            title=f"文章{self.written}", slug=f"a-{self.name}-{self.written}", body=[("paragraph", "<p>文</p>")]
        )
        self.some(ColumnPage.objects.all()).add_child(instance=page)
        page.save_revision().publish()

    def edit(self) -> None:
        if page := self.some(ArticlePage.objects.all()):
            page.title = f"改{self.chance.random()}"
            page.save_revision().publish()

    def take_down(self) -> None:
        if page := self.some(ArticlePage.objects.filter(live=True)):
            page.unpublish()

    def move(self) -> None:
        page, column = self.some(ArticlePage.objects.all()), self.some(ColumnPage.objects.all())
        if page:
            page.move(column, "last-child")

    def delete(self) -> None:
        if page := self.some(ArticlePage.objects.all()):
            page.delete()

    def restrict(self) -> None:
        model = ColumnPage if self.chance.random() < 0.3 else ArticlePage
        if page := self.some(model.objects.all()):
            PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)

    def open_again(self) -> None:
        PageViewRestriction.objects.all().delete()

    def rename_column(self) -> None:
        column = self.some(ColumnPage.objects.all())
        column.slug = f"c-{self.name}-{self.chance.randrange(10**9)}"
        column.save_revision().publish()

    def place(self) -> None:
        page, column = self.some(ArticlePage.objects.filter(live=True)), self.some(ColumnPage.objects.all())
        if page:
            place_article(article=page, column=column, actor=SYSTEM)

    def displace(self) -> None:
        Placement.objects.all().delete()

    def open_grid(self) -> None:
        place = self.chance.choice(PLACES)
        code = f"{place}{self.chance.randrange(100, 1000)}"
        open_grid(organisation=Organisation.objects.get(code=place), code=code, name=code, actor=SYSTEM)

    def rename_grids(self) -> None:
        Grid.objects.filter(code__endswith=str(self.chance.randrange(10))).update(name=f"格{self.chance.random()}")

    def delete_grid(self) -> None:
        if grid := self.some(Grid.objects.all()):
            grid.delete()

    def category(self) -> None:
        code = f"kind-{self.chance.randrange(20)}"
        open_category(actor=SYSTEM, code=code, name=f"类{self.chance.random()}", group=Group.HELP)

    def close_category(self) -> None:
        Category.objects.filter(code=f"kind-{self.chance.randrange(20)}").update(active=False)

    def work(self) -> None:
        acts = [self.new_article] * 4 + [self.edit] * 3 + [self.open_again, self.open_grid, self.category] * 2 + [
            self.take_down, self.move, self.delete, self.restrict, self.rename_column, self.place, self.displace,
            self.rename_grids, self.delete_grid, self.close_category,
        ]  # fmt: skip
        while True:
            # SQLite lets one write at a time, and asks nobody to queue.
            time.sleep(self.chance.uniform(0.02, 0.2) * self.pace)
            # Two that meet on one page: a refusal is as good as an act, whatever was half done stays or goes with it.
            try:
                if self.chance.random() < 0.5:
                    with transaction.atomic():
                        for act in self.chance.sample(acts, 3):
                            act()
                        time.sleep(self.chance.random() * 0.05)
                else:
                    self.chance.choice(acts)()
            except (CivicNetError, IntegrityError, OperationalError, ArticlePage.DoesNotExist, ColumnPage.DoesNotExist):
                continue
            except Exception as error:  # noqa: BLE001
                # treebeard and Wagtail find rows gone in many words.
                print(f"{type(error).__name__}: {error}", file=sys.stderr)


def begin(seed: int, pace: float) -> int:
    """Let somebody begin to write; their process."""
    if pid := os.fork():
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        Office(seed, pace).work()
    finally:
        os._exit(1)


def keep_writing(seed: int, pace: float) -> None:
    """Until we are asked to end: two write, and now and then one is killed in the middle of whatever it is."""
    chance, ending = random.Random(seed), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_given: ending.set())
    people = [begin(chance.randrange(10**6), pace) for _n in range(2)]
    killed = 0
    while not ending.wait(chance.uniform(0.5, 2) * pace):
        end(people.pop(0))
        killed += 1
        people.append(begin(chance.randrange(10**6), pace))
    for pid in people:
        end(pid)
    print(killed)


def end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def main() -> None:
    if sys.argv[1] == "setup":
        setup()
    else:
        keep_writing(int(sys.argv[1]), float(sys.argv[2]))
