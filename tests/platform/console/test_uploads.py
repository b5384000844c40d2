"""Uploads for the website: whatever is disguised, armed or oversize stays out, at every form that takes a file."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, UploadedFile

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.access.positions import appoint
from civicnet.console.uploads import UploadRefused, check_document, check_picture
from civicnet.exchange.models import ImportJob

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00" + bytes(200)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
TYPES = '<Types><Override PartName="/x" ContentType="application/vnd.ms-{}main+xml"/></Types>'


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (20, 10)) -> bytes:
    file = io.BytesIO()
    Picture.new("RGB", size, "#14508c").save(file, kind)
    return file.getvalue()


def archive(**parts: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def office(part: str = "word/document.xml", *, types: str = "word.document.", **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": TYPES.format(types), part: "<x/>", **more})


def locked_archive() -> bytes:
    content = bytearray(archive(a="x"))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flag] |= 1
    return bytes(content)


# What is large is made by the process that asks, not by each that collects.
def bomb() -> bytes:
    return office("xl/workbook.xml", **{"xl/media/zeros": bytes(251 * 1024 * 1024)})


def many_parts() -> bytes:
    return archive(**{f"{number}.txt": b"" for number in range(5001)})


def oversize() -> bytes:
    return PDF[:-6] + bytes(21 * 1024 * 1024) + b"%%EOF\n"


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(600)
WEBM = bytes.fromhex("1A45DFA39F4286810142F7810142F2810442F381084282847765626D") + bytes(600)
GOOD_DOCUMENTS = {
    "a.pdf": PDF,
    "a.docx": office(),
    "a.xlsx": office("xl/workbook.xml"),
    "a.DOC": OLE + bytes(600) + utf16("WordDocument"),
    "a.xls": OLE + bytes(600) + utf16("Workbook"),
    "a.zip": archive(**{"folder/a.pdf": PDF}),
    "a.mp4": MP4,
    "a.webm": WEBM,
}
BAD_DOCUMENTS = [
    ("exe-as-pdf", "a.pdf", EXE, "DISGUISED_FILE"),
    ("html-as-pdf", "a.pdf", HTML, "DISGUISED_FILE"),
    ("torn-pdf", "a.pdf", PDF[:20], "DISGUISED_FILE"),
    ("pdf-and-zip", "a.pdf", PDF + archive(a=b"x"), "DISGUISED_FILE"),
    ("pdf-behind-html", "a.pdf", HTML + PDF, "DISGUISED_FILE"),
    ("html-as-doc", "a.doc", HTML, "DISGUISED_FILE"),
    ("xls-as-doc", "a.doc", GOOD_DOCUMENTS["a.xls"], "DISGUISED_FILE"),
    ("msi-as-doc", "a.doc", OLE + bytes(600), "DISGUISED_FILE"),
    ("doc-with-macros", "a.doc", GOOD_DOCUMENTS["a.DOC"] + utf16("_VBA_PROJECT"), "MACRO_FILE"),
    ("docm-as-docx", "a.docx", office(**{"word/vbaProject.bin": b"x"}), "MACRO_FILE"),
    ("docm-without-code", "a.docx", office(types="word.document.macroEnabled."), "MACRO_FILE"),
    ("xlsm-as-xlsx", "a.xlsx", office("xl/workbook.xml", **{"xl/VBAPROJECT.BIN": b"x"}), "MACRO_FILE"),
    ("docm-in-zip", "a.zip", archive(**{"a/b.docm": b"x"}), "RUNNABLE_INSIDE"),
    ("zip-as-docx", "a.docx", archive(a=b"x"), "DISGUISED_FILE"),
    ("exe-in-zip", "a.zip", archive(**{"folder/发票.pdf.EXE": EXE}), "RUNNABLE_INSIDE"),
    ("exe-with-a-dot-more", "a.zip", archive(**{"setup.exe. ": EXE}), "RUNNABLE_INSIDE"),
    ("way-out-of-zip", "a.zip", archive(**{"../../etc/passwd": b"x"}), "RUNNABLE_INSIDE"),
    ("exe-before-zip", "a.zip", EXE + archive(a=b"x"), "DISGUISED_FILE"),
    ("locked-zip", "a.zip", locked_archive(), "LOCKED_FILE"),
    ("locked-docx", "a.docx", OLE + bytes(600) + utf16("EncryptedPackage"), "LOCKED_FILE"),
    ("bomb", "a.xlsx", bomb, "FILE_TOO_LARGE"),
    ("many-parts", "a.zip", many_parts, "FILE_TOO_LARGE"),
    ("oversize", "a.pdf", oversize, "FILE_TOO_LARGE"),
    ("html-as-mp4", "a.mp4", HTML, "DISGUISED_FILE"),
    ("picture-as-mp4", "a.mp4", MP4.replace(b"isom", b"avif"), "DISGUISED_FILE"),
    ("mkv-as-webm", "a.webm", WEBM.replace(b"webm", b"mkv4"), "DISGUISED_FILE"),
    ("mp4-and-zip", "a.mp4", MP4 + archive(a=b"x"), "DISGUISED_FILE"),
    ("html", "a.html", HTML, "UNKNOWN_FORMAT"),
    ("docm", "a.docm", office(), "UNKNOWN_FORMAT"),
    ("exe-named-twice", "a.pdf.exe", PDF, "UNKNOWN_FORMAT"),
    ("empty", "a.pdf", b"", "DISGUISED_FILE"),
]
BAD_PICTURES = [
    ("exe-as-jpg", "a.jpg", EXE, "DISGUISED_FILE"),
    ("html-as-jpg", "a.jpg", HTML, "DISGUISED_FILE"),
    ("svg-as-png", "a.png", SVG, "DISGUISED_FILE"),
    ("svg", "a.svg", SVG, "UNKNOWN_FORMAT"),
    ("png-as-jpg", "a.jpg", picture("PNG"), "DISGUISED_FILE"),
    ("gif-as-png", "a.png", picture("GIF"), "DISGUISED_FILE"),
    ("jpg-and-zip", "a.jpg", picture() + archive(a=b"x"), "DISGUISED_FILE"),
    ("jpg-and-php", "a.jpg", picture() + b"<?php system($_GET[0]); ?>", "DISGUISED_FILE"),
    ("jpg-and-script", "a.jpg", picture() + bytes(1024 * 1024 - 640) + b"<ScRiPt >alert(1)", "DISGUISED_FILE"),
    ("jpg-and-pdf", "a.jpg", picture()[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + picture()[2:], "DISGUISED_FILE"),
    ("oversize", "a.jpg", picture() + bytes(11 * 1024 * 1024), "FILE_TOO_LARGE"),
]


def named(cases):
    return pytest.mark.parametrize(
        ("name", "content", "code"), [one[1:] for one in cases], ids=[one[0] for one in cases]
    )


@pytest.mark.parametrize("name", GOOD_DOCUMENTS)
def test_an_honest_document_passes_and_is_left_at_its_beginning(name):
    file = io.BytesIO(GOOD_DOCUMENTS[name])

    check_document(file, name=name)

    assert file.tell() == 0


@named(BAD_DOCUMENTS)
def test_a_document_that_is_not_what_it_says_is_refused_with_a_code_and_a_sentence(name, content, code):
    with pytest.raises(UploadRefused) as refusal:
        check_document(io.BytesIO(content() if callable(content) else content), name=name)

    assert (refusal.value.code, refusal.value.field) == (code, "file") and str(refusal.value)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_an_honest_picture_passes(name, kind):
    check_picture(io.BytesIO(picture(kind)), name=name)


@named(BAD_PICTURES)
def test_a_picture_that_is_not_what_it_says_is_refused_with_a_code_and_a_sentence(name, content, code):
    with pytest.raises(UploadRefused) as refusal:
        check_picture(io.BytesIO(content), name=name)

    assert (refusal.value.code, refusal.value.field) == (code, "file") and str(refusal.value)


@pytest.fixture
def editor(city, db) -> Client:
    """A browser of somebody who may add pictures and documents in one collection, and in no other."""
    role = Group.objects.create(name="editor of attachments")
    role.permissions.add(Permission.objects.get(codename="access_admin"))
    Collection.get_first_root_node().add_child(name="他处")
    own = Collection.get_first_root_node().add_child(name="本栏")
    for codename in ("add_document", "add_image", "choose_document", "choose_image"):
        GroupCollectionPermission.objects.create(
            group=role, collection=own, permission=Permission.objects.get(codename=codename)
        )
    person = User.objects.create_user(username="editor", password="demo-only-1234", full_name="演示编辑")
    appoint(person=person, role=role, organisation=city["222403"], valid_from=date(2026, 1, 1), actor=SYSTEM)
    browser = Client()
    browser.force_login(person)
    return browser


def send(browser: Client, address: str, field: str, name: str, content: bytes, **more):
    collection = Collection.objects.get(name=more.pop("into", "本栏")).pk
    data = {field: SimpleUploadedFile(name, content), field.replace("file", "title"): "附件", "collection": collection}
    prefix = field.removesuffix("file")
    return browser.post(
        address, data | {f"{prefix}collection": collection, **more}, headers={"x-requested-with": "XMLHttpRequest"}
    )


DOORS = [
    ("documents/add", "/admin/documents/add/", "file", "document"),
    ("documents/multiple", "/admin/documents/multiple/add/", "files[]", "document"),
    ("documents/chooser", "/admin/documents/chooser/create/", "document-chooser-upload-file", "document"),
    ("images/add", "/admin/images/add/", "file", "picture"),
    ("images/multiple", "/admin/images/multiple/add/", "files[]", "picture"),
    ("images/chooser", "/admin/images/chooser/create/", "image-chooser-upload-file", "picture"),
]


def doors(function):
    return pytest.mark.parametrize(
        ("address", "field", "kind"), [one[1:] for one in DOORS], ids=[one[0] for one in DOORS]
    )(function)


def kept() -> tuple[int, int, int]:
    return Document.objects.count(), Image.objects.count(), UploadedFile.objects.count()


@doors
def test_each_door_lets_honest_files_in(editor, address, field, kind):
    before = kept()

    send(editor, address, field, *(("a.pdf", PDF) if kind == "document" else ("a.jpg", picture())))

    assert sum(kept()) == sum(before) + 1


@doors
def test_no_door_lets_a_disguised_file_in(editor, address, field, kind):
    before = kept()

    if kind == "document":
        answer = send(editor, address, field, "a.docx", office(**{"word/vbaProject.bin": b"x"}))
    else:
        answer = send(editor, address, field, "a.jpg", picture() + archive(a=b"x"))

    assert kept() == before
    body = answer.json() if "json" in answer.headers["Content-Type"] else answer.content.decode()
    assert ("此文件含有宏" if kind == "document" else "文件内容与文件名不符") in str(body)


@doors
def test_no_door_lets_a_file_into_somebody_elses_collection(editor, address, field, kind):
    send(editor, address, field, *(("a.pdf", PDF) if kind == "document" else ("a.jpg", picture())), into="他处")

    assert not Document.objects.filter(collection__name="他处").exists()
    assert not Image.objects.filter(collection__name="他处").exists()


def test_a_picture_of_more_pixels_than_memory_can_hold_is_refused(editor, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100

    send(editor, "/admin/images/add/", "file", "a.png", picture("PNG"))

    assert Image.objects.count() == 0


def test_a_picture_of_fifty_megabytes_is_refused_with_a_sentence(editor):
    answer = send(editor, "/admin/images/add/", "file", "a.jpg", picture() + bytes(50 * 1024 * 1024))

    assert "10.0" in answer.text
    assert Image.objects.count() == 0


def test_a_request_beyond_the_limit_is_not_even_read(editor, settings):
    settings.CIVICNET_MOST_REQUEST_BYTES = 1000

    answer = send(editor, "/admin/account/", "file", "a.pdf", PDF + bytes(2000))

    assert answer.status_code == 400 and Document.objects.count() == 0


def test_what_is_imported_may_be_longer_for_whoever_is_signed_in(staff, settings, tmp_path):
    clerk = Client()
    rights = ["wagtailadmin.access_admin", "civicnet_exchange.add_importjob", "civicnet_grid.import_roster"]
    clerk.force_login(staff(rights, "222403", username="clerk"))
    settings.CIVICNET_MOST_REQUEST_BYTES, settings.CIVICNET_MOST_IMPORT_BYTES = 1000, 5000

    def handed_in(by, size):
        data = {"resource": "grid.roster", "file": SimpleUploadedFile("a.csv", b"x" * size)}
        return by.post("/admin/imports/new/", data)

    assert handed_in(clerk, 6000).status_code == 400
    # Whoever is not signed in has it read no further than any other request, also where its token is looked for in it.
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies["csrftoken"] = "a" * 32
    assert handed_in(stranger, 2000).status_code == 400
    assert not ImportJob.objects.exists()
    assert handed_in(clerk, 2000).status_code == 302
    assert ImportJob.objects.get().file_name == "a.csv"


def test_a_document_is_saved_and_never_shown(editor, client):
    send(editor, "/admin/documents/add/", "file", "a.pdf", PDF)

    answer = client.get(Document.objects.get().url)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("a.png", picture("PNG"), True),
        ("a.jpg", picture() + archive(a=b"x"), False),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", False),
        ("a.bmp", picture("BMP"), False),
    ],
)
def test_the_picture_of_an_account_is_looked_into_as_well(editor, name, content, kept):
    page = editor.get("/admin/account/")
    data = {
        field.html_name: field.value() or ""
        for panels in page.context["panels_by_tab"].values()
        for panel in panels
        for field in panel.get_form()
        if field.name != "avatar"
    }

    editor.post("/admin/account/", data | {"avatar-avatar": SimpleUploadedFile(name, content)})

    assert bool(User.objects.get(username="editor").wagtail_userprofile.avatar) is kept
