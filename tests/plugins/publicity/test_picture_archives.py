"""Pictures in an archive beside their table: in the library once, described, and nothing that is no picture."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from sheets import applied, archive, checked, faults, picture, table
from sheets import picture as a_picture
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission

from civicnet.exchange.applying import run_apply
from civicnet.exchange.errors import FileRefused
from civicnet.exchange.models import Finding, ImportJob, JobState
from civicnet.exchange.services import confirm_job, upload_file
from civicnet_publicity.models import ArticlePage

# About archives and pictures; rows of articles have their tests on both databases.
pytestmark = pytest.mark.only_on("sqlite")

CLERK = ["civicnet_exchange.add_importjob", "civicnet_publicity.import_articles"]
KINDS = ("PNG", "JPEG", "PNG")
ROW = {"标题": "一", "栏目": "gov.test/news", "题图": "图一.png", "题图说明": "红色的图"}


@pytest.fixture
def clerk(importing):
    """Writes below the government site, adds pictures, and imports there."""
    return importing(*CLERK)


def pictures() -> list[tuple[str, str]]:
    return list(get_image_model().objects.order_by("pk").values_list("title", "description"))


def test_each_picture_comes_in_once_with_what_it_shows(clerk, django_capture_on_commit_callbacks) -> None:
    rows = [
        ROW,
        ROW | {"标题": "二", "题图": "更多/同.PNG", "题图说明": ""},
        ROW | {"标题": "三", "题图": "b.jpg", "题图说明": "蓝"},
    ]
    files = {
        "稿件/表.csv": table(rows),
        "稿件/图一.png": picture(),
        "稿件/更多/同.PNG": picture(),
        "稿件/b.jpg": picture("blue", "JPEG"),
    }

    with django_capture_on_commit_callbacks(execute=True):
        job = applied(archive(files | {"__MACOSX/x": b"", "稿件/说明.txt": b"note"}), clerk, name="稿件.zip")
    again = checked(archive(files | {"x.txt": b"another archive"}), clerk, name="again.zip")

    one, two, three = ArticlePage.objects.order_by("pk")
    assert job.result == {"created": 3}
    assert pictures() == [("图一", "红色的图"), ("b", "蓝")]
    assert (one.image_id, three.image.description) == (two.image_id, "蓝")
    assert str(one.image.uploaded_by_user_id) == clerk.id
    # The same archive holds nothing new; the upload is gone with its job.
    assert again.kinds == {"UNCHANGED": 3}
    assert not job.file.storage.exists(job.file.name)


def test_another_picture_of_the_same_name_takes_the_place_of_the_first(clerk) -> None:
    applied(archive({"t.csv": table([ROW]), "图一.png": picture()}), clerk, name="a.zip")
    name = Path(ArticlePage.objects.get().image.file.name).name

    job = applied(
        archive({"t.csv": table([ROW | {"题图": name, "题图说明": "绿"}]), name: picture("green")}), clerk, name="b.zip"
    )

    assert job.result == {"changed": 1}
    assert [shown for _title, shown in pictures()] == ["红色的图", "绿"]
    assert ArticlePage.objects.get().get_latest_revision_as_object().image.description == "绿"


def test_a_picture_is_chosen_from_the_library_by_its_name(clerk, picture) -> None:
    row = ROW | {"题图": Path(picture.file.name).name, "题图说明": "别的"}

    job = applied(table([row]), clerk)

    assert ArticlePage.objects.get().image_id == picture.pk
    assert list(Finding.objects.filter(job=job).values_list("code", flat=True)) == ["alt_kept"]
    assert get_image_model().objects.get().description == "what it shows"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def huge() -> bytes:
    return picture("red", "PNG", (8000, 7000))


@pytest.mark.parametrize(
    ("files", "cells", "fault"),
    [
        ({"图一.svg": SVG}, {"题图": "图一.svg"}, ("题图", "picture_kind")),
        ({"图一.png": SVG}, {}, ("题图", "picture_refused")),
        ({"图一.png": picture("red", "JPEG", (400, 400))[:2000]}, {}, ("题图", "picture_refused")),
        ({"图一.png": picture() + b"<script>alert(1)</script>"}, {}, ("题图", "picture_refused")),
        ({"图一.png": b"\0" * (11 * 1024 * 1024)}, {}, ("题图", "picture_too_large")),
        ({"图一.png": huge}, {}, ("题图", "picture_too_many_pixels")),
        ({"a/图一.png": picture(), "b/图一.png": picture()}, {}, ("题图", "picture_several")),
        ({"图一.png": picture()}, {"题图说明": ""}, ("题图说明", "alt_needed")),
        ({}, {}, ("题图", "picture_unknown")),
    ],
    ids=["svg", "svg as png", "cut off", "script behind", "11 MB", "56 megapixels", "two", "undescribed", "missing"],
)
def test_what_is_no_picture_of_ours_is_a_fault_and_nothing_is_kept(clerk, files, cells, fault) -> None:
    # What is large is made by the process that asks, not by each that collects.
    made = {name: content() if callable(content) else content for name, content in files.items()}

    job = checked(archive({"t.csv": table([ROW | cells]), **made}), clerk, name="a.zip")

    assert faults(job) == [(2, *fault)]
    assert (pictures(), default_storage.exists("original_images")) == ([], False)


def test_whoever_may_not_add_pictures_brings_in_none(clerk, office) -> None:
    GroupCollectionPermission.objects.filter(group=office.groups["editors"]).delete()

    job = checked(archive({"t.csv": table([ROW]), "图一.png": picture()}), clerk, name="a.zip")

    assert faults(job) == [(2, "题图", "picture_not_allowed")]


def test_a_picture_in_a_collection_that_one_may_not_use_is_not_taken_for_ones_own(clerk, settings) -> None:
    hidden = Collection.get_first_root_node().add_child(name="hidden")
    theirs = get_image_model().objects.create(title="theirs", file=Upload(picture()), collection=hidden)
    GroupCollectionPermission.objects.filter(permission__codename="choose_image").delete()

    applied(archive({"t.csv": table([ROW]), "图一.png": picture()}), clerk, name="a.zip")

    assert ArticlePage.objects.get().image_id != theirs.pk


def Upload(content: bytes):
    from django.core.files.images import ImageFile

    return ImageFile(io.BytesIO(content), name="theirs.png")


def linked() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        link = zipfile.ZipInfo("图一.png")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("t.csv", table([ROW]))
    return stream.getvalue()


def bomb() -> bytes:
    stream = io.BytesIO()
    packing = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packing as packed, packed.open("t.csv", "w") as part:
        for _block in range(512):
            part.write(b"\0" * (1024 * 1024))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive({"../t.csv": table([ROW])}), "UNSAFE_ARCHIVE"),
        (archive({"/t.csv": table([ROW])}), "UNSAFE_ARCHIVE"),
        (archive({"C:\\t.csv": table([ROW])}), "UNSAFE_ARCHIVE"),
        (linked(), "UNSAFE_ARCHIVE"),
        (archive({"a.png": picture()}), "NO_TABLE"),
        (archive({"a.csv": table([ROW]), "b.xlsx": b"x"}), "SEVERAL_TABLES"),
        (archive({"a.xlsx": b"not one"}), "BROKEN_FILE"),
        (archive({"a.xlsm": b"x"}), "MACRO_FILE"),
        (b"PK\x03\x04 and nothing more", "BROKEN_FILE"),
        (bomb, "FILE_TOO_LARGE"),
        (lambda: archive({"t.csv": table([ROW])} | {f"{number}.png": b"" for number in range(2000)}), "TOO_MANY_FILES"),
    ],
    ids=["above", "root", "drive", "link", "none", "two", "fake", "macros", "broken", "bomb", "many"],
)
def test_archives_that_are_none_are_refused_with_a_sentence(clerk, content, code) -> None:
    job = checked(content() if callable(content) else content, clerk, name="a.zip")

    assert (job.state, job.error_code) == (JobState.REFUSED, code)
    assert job.error.endswith(("。", "."))


def test_an_archive_is_only_for_rows_that_take_files(clerk) -> None:
    with pytest.raises(FileRefused) as refused:
        upload_file(resource="publicity.columns", file=io.BytesIO(archive({"a.csv": b"x"})), name="a.zip", actor=clerk)

    assert refused.value.code == "UNKNOWN_FORMAT"
    assert not ImportJob.objects.exists()


def test_names_from_windows_in_china_are_read_as_they_were_written(clerk) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("t.csv", table([ROW]))
        packed.writestr("XXXX.png", picture())
    content = stream.getvalue().replace(b"XXXX.png", "图一".encode("gb18030") + b".png")

    assert faults(checked(content, clerk, name="a.zip")) == []
    assert Pillow.MAX_IMAGE_PIXELS


def test_a_file_is_found_by_the_name_that_people_read(clerk) -> None:
    named = {"돈화.png": "돈화.png", "图片/大厅 一.jpg": "图片/大厅  一.JPG", "图(一).png": "图（一）.png"}
    rows = [ROW | {"标题": cell, "题图": cell} for cell in named]
    # As computers of Apple's write it: taken apart, and without a word on how.
    apart = unicodedata.normalize("NFD", "돈화").encode()
    files = {"t.csv": table(rows)} | {
        file: picture(kind=kind) for file, kind in zip(named.values(), KINDS, strict=True)
    }
    stand_in = "X" * len(apart)
    content = archive({stand_in + ".png" if file == "돈화.png" else file: part for file, part in files.items()})

    job = checked(content.replace(stand_in.encode(), apart), clerk, name="a.zip")
    several = checked(
        archive({"t.csv": table(rows[2:]), "图（一）.PNG": b"", "图（一）.png": b""}), clerk, name="b.zip"
    )

    assert (faults(job), job.good_rows) == ([], 3)
    assert faults(several) == [(2, "题图", "picture_several")]


@pytest.mark.parametrize(
    ("all_or_nothing", "state", "result"),
    [(False, "APPLIED", {"created": 1, "left": 1}), (True, "FAILED", {})],
    ids=["good rows", "all or nothing"],
)
def test_a_picture_that_is_deleted_after_the_preview_leaves_its_row_alone(
    clerk, picture, all_or_nothing, state, result
) -> None:
    chosen = ROW | {"标题": "二", "题图": Path(picture.file.name).name, "题图说明": ""}
    job = checked(archive({"t.csv": table([chosen, ROW]), "图一.png": a_picture()}), clerk, name="a.zip")
    picture.delete()

    confirm_job(job=job, actor=clerk, all_or_nothing=all_or_nothing)
    run_apply(job.pk)

    job.refresh_from_db()
    left = Finding.objects.filter(job=job, outcome="LEFT").values_list("row", "column", "code")
    assert (job.state, job.result) == (state, result)
    assert job.error_code == ("ROWS_CHANGED" if all_or_nothing else "")
    assert list(left) == ([] if all_or_nothing else [(2, "题图", "picture_unknown")])
    assert list(ArticlePage.objects.values_list("title", flat=True)) == ([] if all_or_nothing else ["一"])
    assert pictures() == ([] if all_or_nothing else [("图一", "红色的图")])
