"""Pictures in fields of column types: chosen from the library, described, and shown wherever the fields are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from sheets import applied, archive, checked, faults, table
from sheets import picture as png
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, GroupCollectionPermission, ReferenceIndex

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor
from civicnet.ledger.undoing import REFERRED_TO
from civicnet.records.defining import Wanted
from civicnet_publicity.article_sheet import ArticleResource
from civicnet_publicity.channels.parcels import article_for_channels
from civicnet_publicity.models import ArticlePage, ColumnPage, ColumnType
from civicnet_publicity.permissions import MANAGE_TYPES
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.services import (
    findings_on,
    keep_column_field,
    keep_column_type,
    mark_of_picture,
    take_back_picture,
)

MAKER = Actor(kind="staff", id="1", label="演示栏目员", permissions=frozenset({MANAGE_TYPES}))
PHOTO = Wanted(key="photo", label="大厅照片", kind="image", required=True)
ASKED = """{ publicityArticles(column: "news") { nodes { slug fields {
    shown { label text image { alt width } }
    ... on PublicityHallFields { photo { alt rendition(spec: THUMBNAIL) { url } } }
} } } }"""


@pytest.fixture
def hall(sites: Any) -> ColumnType:
    """The type 办事大厅, which the news of the government site has."""
    kept = keep_column_type(actor=MAKER, name="办事大厅", key="hall", list_template="TABLE", article_template="BEFORE")
    keep_column_field(actor=MAKER, of=kept.pk, wanted=PHOTO)
    ColumnPage.objects.filter(pk=sites["gov/news"].pk).update(column_type=kept)
    return kept


def photo(pk: int) -> dict[str, Any]:
    return {"hall": {"photo": pk}}


def test_a_picture_in_a_field_stands_on_the_site_in_the_open_interface_and_in_channels(
    client: Client, graphql: Any, hall: ColumnType, write: Any, picture: Any
) -> None:
    article = write("gov/news", "card", field_values=photo(picture.pk))
    gone = write("gov/news", "gone", publish=False, field_values=photo(picture.pk))
    gone.get_latest_revision().publish()
    ArticlePage.objects.filter(pk=gone.pk).update(field_values=photo(picture.pk + 1))

    pages = [client.get(path, headers={"host": "gov.test"}).content.decode() for path in ("/news/card/", "/news/")]
    answer = graphql(ASKED)["data"]["publicityArticles"]["nodes"]
    told = article_for_channels(article.pk)
    CollectionViewRestriction.objects.create(collection=Collection.get_first_root_node(), restriction_type="login")
    closed = graphql(ASKED)["data"]["publicityArticles"]["nodes"]

    for page in pages:
        assert page.count('alt="what it shows"') == 1
    by_slug = {one["slug"]: one["fields"] for one in answer}
    assert by_slug["gone"] == {"shown": [], "photo": None}
    assert by_slug["card"]["shown"] == [
        {"label": "大厅照片", "text": "what it shows", "image": {"alt": "what it shows", "width": 40}}
    ]
    assert by_slug["card"]["photo"]["alt"] == "what it shows"
    assert by_slug["card"]["photo"]["rendition"]["url"].startswith("http")
    assert told is not None
    assert [one.alt for one in told.pictures] == ["what it shows"]
    assert [one["fields"] for one in closed] == [{"shown": [], "photo": None}] * 2


def test_a_page_of_articles_takes_the_same_statements_however_many_pictures_there_are(
    client: Client, graphql: Any, hall: ColumnType, write: Any, picture: Any
) -> None:
    others = [get_image_model().objects.create(title=f"p{n}", file=picture.file, description="x") for n in (1, 2, 3)]

    def statements() -> list[int]:
        counts = []
        for ask in (lambda: graphql(ASKED), lambda: client.get("/news/", headers={"host": "gov.test"})):
            ask()
            with CaptureQueriesContext(connection) as caught:
                ask()
            counts.append(len(caught))
        return counts

    write("gov/news", "first", field_values=photo(picture.pk))
    one = statements()
    for n, other in enumerate(others):
        write("gov/news", f"more-{n}", field_values=photo(other.pk))

    assert statements() == one


def test_an_editor_chooses_among_the_pictures_of_their_collections(
    client: Client, hall: ColumnType, office: Any, write: Any, picture: Any
) -> None:
    other = Collection.get_first_root_node().add_child(name="别处")
    strange = get_image_model().objects.create(title="别处的照片", file=picture.file, collection=other)
    GroupCollectionPermission.objects.filter(group=office.groups["editors"]).delete()
    mine = Collection.get_first_root_node().add_child(name="本科室")
    own = get_image_model().objects.create(title="本", file=picture.file, collection=mine, description="大厅正门")
    choose = GroupCollectionPermission._meta.get_field("permission").related_model.objects.get(codename="choose_image")
    GroupCollectionPermission.objects.create(group=office.groups["editors"], collection=mine, permission=choose)
    article = write("gov/news", "card", publish=False)
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    client.force_login(office.editor)
    plain = dict.fromkeys(
        ("summary", "source", "author", "image", "document_number", "issuing_body", "document_date"), ""
    )
    form = plain | {"title": "卡", "slug": "card", "channels_as_column": "on", "body-count": "0"}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}

    opened = client.get(edit).content.decode()
    refused = client.post(edit, form | {"field_photo": strange.pk})
    nonsense = client.post(edit, form | {"field_photo": "abc"})
    before = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().field_values
    taken = client.post(edit, form | {"field_photo": own.pk})

    assert 'new ImageChooser("id_field_photo"' in opened
    assert (refused.status_code, nonsense.status_code, before) == (200, 200, {})
    assert "别处的照片" not in refused.content.decode()
    assert taken.status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().field_values == photo(own.pk)


def test_a_picture_without_a_description_is_found_and_one_that_is_gone_is_missing(
    hall: ColumnType, write: Any, picture: Any
) -> None:
    article = write("gov/news", "card", publish=False, field_values=photo(picture.pk))
    described = [one.code for one in findings_on(article) if one.field == "field_photo"]
    get_image_model().objects.filter(pk=picture.pk).update(description="")
    bare = [(one.code, one.severity) for one in findings_on(article) if one.field == "field_photo"]
    picture.delete()

    gone = [(one.code, one.severity) for one in findings_on(article) if one.field == "field_photo"]

    assert (described, bare, gone) == (
        [],
        [("picture_undescribed", "WARNING")],
        [("field_required", "BLOCKER")],
    )


def test_whoever_deletes_a_picture_hears_which_articles_have_it(hall: ColumnType, write: Any, picture: Any) -> None:
    article = write("gov/news", "card", field_values=photo(picture.pk))

    ReferenceIndex.create_or_update_for_object(article)

    found = ReferenceIndex.get_references_to(picture)
    assert list(found.values_list("object_id", "model_path")) == [(str(article.pk), "field_values.hall.photo")]
    assert found.get().describe_source_field()


@pytest.mark.only_on("sqlite")
def test_an_archive_brings_pictures_for_fields_and_a_sheet_alone_keeps_them(hall: ColumnType, importing: Any) -> None:
    clerk = importing("civicnet_exchange.add_importjob", "civicnet_publicity.import_articles")
    row = {"标题": "一", "栏目": "gov.test/news", "大厅照片": "门.png", "大厅照片说明": "大厅正门"}

    bare = checked(archive({"t.csv": table([row | {"大厅照片说明": ""}]), "门.png": png()}), clerk, name="a.zip")
    unknown = checked(table([row]), clerk)
    job = applied(archive({"t.csv": table([row]), "门.png": png()}), clerk, name="b.zip")
    image = get_image_model().objects.get()
    resource = ArticleResource()
    headings = [one.column_name for one in resource.fields.values()]
    (line,) = [[str(cell) for cell in resource.export_resource(one)] for one in resource.rows_to_export(SYSTEM)]
    sheet = dict(zip(headings, line, strict=True))
    same = checked(table([sheet]), SYSTEM)

    assert faults(bare) == [(2, "大厅照片说明", "alt_needed")]
    assert faults(unknown) == [(2, "大厅照片", "picture_unknown")]
    assert job.result == {"created": 1}
    assert image.description == "大厅正门"
    assert ArticlePage.objects.get().get_latest_revision_as_object().field_values == photo(image.pk)
    assert (sheet["大厅照片"], sheet["大厅照片说明"]) == (Path(image.file.name).name, "大厅正门")
    assert (same.kinds, faults(same)) == ({"UNCHANGED": 1}, [])


def test_a_picture_that_a_draft_has_in_a_field_is_not_taken_back(hall: ColumnType, write: Any, picture: Any) -> None:
    article = write("gov/news", "card", publish=False)
    article.field_values = photo(picture.pk)
    article.save_revision()

    left = take_back_picture(
        key=picture.pk, mark=mark_of_picture(picture), before=None, actor=SYSTEM, desk=Desk(SYSTEM)
    )

    assert left == REFERRED_TO
    assert get_image_model().objects.filter(pk=picture.pk).exists()
    if connection.vendor == "postgresql":
        # What is left open is closed within whatever runs later, and breaks it.
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_cursors")
            assert cursor.fetchall() == []
