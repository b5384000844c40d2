"""Rows for counting statements: so many of everything that a plugin lists, each with what hangs on it."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient, Organisation
from civicnet.cipher.ring import blind_index
from civicnet.gateway.preview.tokens import Claim, signed
from civicnet_assessment.models import AssessmentForm, AssessmentItem, Method
from civicnet_grid.models import Grid, Post, PostKind, Worker
from civicnet_hotline.models import Action, Case, CaseState, CaseStep, Category, Source
from civicnet_publicity.models import ArticlePage, ColumnKind, ColumnPage, HomePage, Placement, PlacementState

PLACE = "222403001001"
FAR = "222403100200"
# Nobody alive was born then.
_ID_NUMBER, _PHONE = "222403190001010045", "13912345001"


class World:
    """What there is, and what is sent as variables of every query. Made within a test's database."""

    def __init__(self, city: dict[str, Organisation]) -> None:
        self.city = city
        scopes = ["grid.read", "hotline.read", "assessment.read", "publicity.read", "publicity.drafts"]
        self.client, self.key = create_client(name="portal", organisation=city["222403"], scopes=scopes, actor=SYSTEM)
        self.variables: dict[str, Any] = {}
        Site.objects.all().delete()
        self._columns = [self._column(host, name) for host in ("gov", "party") for name in ("news", "notices")]
        self._picture = get_image_model().objects.create(title="picture", file=get_test_image_file(size=(40, 20)))
        self._file = get_document_model().objects.create(title="form", file=ContentFile(b"x", name="form.pdf"))
        self._worker = Worker.objects.create(
            number="222403-1",
            name="演示",
            sex="F",
            id_number=_ID_NUMBER,
            id_index=blind_index(_ID_NUMBER),
            phone=_PHONE,
            phone_index=blind_index(_PHONE),
            organisation=city[PLACE],
        )
        self._size = 0

    def grow(self, size: int) -> None:
        """Have ``size`` of everything."""
        for number in range(self._size, size):
            self._grid(number)
            self._case(number)
            self._form(number)
            self._article(number)
            if number % 4 == 0:
                self._column("gov", f"column{number}")
        self._size = size
        self.variables["size"] = size

    def _column(self, host: str, name: str) -> ColumnPage:
        home = HomePage.objects.filter(slug=host).first()
        if home is None:
            home = HomePage(title=host, slug=host, issuer_code="000014349")
            Page.get_first_root_node().add_child(instance=home)
            Site.objects.create(hostname=f"{host}.test", root_page=home, is_default_site=host == "gov", site_name=host)
        column = ColumnPage(title=name.title(), slug=name, kind=ColumnKind.NEWS)
        HomePage.objects.get(pk=home.pk).add_child(instance=column)
        column.save_revision().publish()
        ColumnPage.objects.filter(pk=column.pk).update(show_in_menus=True)
        return column

    def _article(self, number: int) -> None:
        link = f'<p><a linktype="page" id="{self._columns[0].pk}">a page</a></p>'
        picture = {"image": self._picture.pk, "decorative": False, "alt_text": "people at work"}
        body = [
            {"type": "paragraph", "value": link},
            {"type": "image", "value": {"image": picture, "caption": "caption"}},
            {"type": "attachment", "value": {"document": self._file.pk, "name": "The form"}},
        ]
        article = ArticlePage(
            title=f"Title {number}",
            slug=f"a{number}",
            live=True,
            first_published_at=timezone.now(),
            body=json.dumps(body),
            image=self._picture,
        )
        # Each in a column of its own as far as there are some, and placed on the other site.
        home = ColumnPage.objects.get(pk=self._columns[number % 2].pk)
        home.add_child(instance=article)
        there = self._columns[2 + number % 2]
        Placement.objects.create(
            article=article,
            column=there,
            site=Site.objects.get(hostname="party.test"),
            state=PlacementState.PLACED,
            url_path=f"/{there.slug}/{article.slug}/",
            placed_at=timezone.now(),
        )
        self.variables |= {"article": _global("PublicityArticle", article.pk), "slug": article.slug}
        self.variables |= {"column": _global("PublicityColumn", home.pk)}
        self._draft(article)

    def _draft(self, article: ArticlePage) -> None:
        # Changed since it was published, in the menus, and reached by an old address too.
        ArticlePage.objects.filter(pk=article.pk).update(show_in_menus=True)
        article.refresh_from_db()
        revision = article.save_revision()
        site = Site.objects.get(hostname="gov.test")
        redirect = Redirect.objects.create(old_path=f"/old/{article.slug}", site=site, redirect_page=article)
        claim = Claim("PublicityArticle", article.pk, revision.pk, site.pk, "client", self.client.pk)
        self.variables |= {"oldPath": redirect.old_path, "preview": signed(claim)}
        self.variables |= {"draft": _global("PublicityArticle", article.pk)}

    def _grid(self, number: int) -> None:
        place = self.city[(PLACE, FAR)[number % 2]]
        grid = Grid.objects.create(organisation=place, code=f"{place.code}{number:03}", name=f"第{number}网格")
        for seat in range(1 + number % 3):
            Post.objects.create(
                grid=grid,
                level=3,
                seat=seat + 1,
                kind=PostKind.GRID_WORKER,
                worker=self._worker,
                valid_from=date(2026, 1, 1),
            )
        self.variables |= {"grid": grid.code, "gridId": _global("Grid", grid.pk)}

    def _case(self, number: int) -> None:
        category = Category.objects.create(code=f"c{number}", name="路灯", group="HELP")
        now = timezone.now()
        case = Case.objects.create(
            number=f"n{number}",
            category=category,
            address="某处",
            source=Source.PORTAL,
            client=ApiClient.objects.get(pk=self.client.pk),
            organisation=self.city[(PLACE, FAR)[number % 2]],
            state=CaseState.ACCEPTED,
            requested_at=now,
            updated_at=now,
            due_at=now + timedelta(days=3),
        )
        for _step in range(1 + number % 3):
            CaseStep.objects.create(
                case=case, at=now, action=Action.ACCEPT, to_state=CaseState.ACCEPTED, actor_kind="system"
            )
        self.variables |= {"case": case.number, "caseId": _global("HotlineCase", case.pk)}
        self.variables |= {"category": _global("HotlineCategory", category.pk)}

    def _form(self, number: int) -> None:
        today = timezone.localdate()
        form = AssessmentForm.objects.create(
            year=2026, title=f"form {number}", organisation=self.city["222403"], opens=today, closes=today
        )
        for item in range(1 + number % 3):
            AssessmentItem.objects.create(form=form, code=f"i{item}", label="项", most=10, method=Method.SELF_REPORT)
        self.variables |= {"form": _global("AssessmentForm", form.pk)}


def _global(name: str, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{pk}".encode()).decode().rstrip("=")
