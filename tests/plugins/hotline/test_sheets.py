"""Sheets of the hotline: categories in and out, cases out with masked numbers and no names."""

from __future__ import annotations

import io
import json

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ExportRun, Finding, ImportJob
from civicnet.exchange.preview import preview_rows
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import export
from civicnet_hotline.models import Category, Group, Source
from civicnet_hotline.permissions import VIEW
from civicnet_hotline.services import open_category, submit_case
from civicnet_hotline.services.intake import Caller, Place


@pytest.fixture
def category(enabled) -> Category:
    enabled("hotline")
    return open_category(actor=SYSTEM, code="street-light", name="路灯不亮", group=Group.HELP, keywords="灯")


def test_a_sheet_of_categories_opens_corrects_and_refuses(category, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    rows = [
        "类别代码,类别名称,诉求类型,检索词",
        "street-light,路灯损坏,求助,灯",
        "noise,噪声扰民,投诉,",
        "噪声,噪声,投诉,",
    ]
    file = io.BytesIO("\n".join(rows).encode())
    job = upload_file(resource="hotline.categories", file=file, name="categories.csv", actor=SYSTEM)
    run_check(job.pk)
    run_apply(confirm_job(job=ImportJob.objects.get(pk=job.pk), actor=SYSTEM).pk)

    assert list(Finding.objects.values_list("row", "column", "code")) == [(4, "类别代码", "category_code")]
    assert list(Category.objects.order_by("code").values_list("code", "name", "group")) == [
        ("noise", "噪声扰民", "COMPLAINT"),
        ("street-light", "路灯损坏", "HELP"),
    ]


def test_a_sheet_of_categories_is_taken_back_but_for_what_cases_name_by_now(category, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    Category.objects.create(code="old", name="旧类", group="OTHER", active=False)
    before = list(Category.objects.order_by("code").values())
    rows = [
        "类别代码,类别名称,诉求类型",
        "street-light,路灯损坏,求助",
        "old,旧类,其他",
        "new,新类,投诉",
        "used,用上,投诉",
    ]
    file = io.BytesIO("\n".join(rows).encode())
    job = upload_file(resource="hotline.categories", file=file, name="categories.csv", actor=SYSTEM)
    run_check(job.pk)
    run_apply(confirm_job(job=ImportJob.objects.get(pk=job.pk), actor=SYSTEM).pk)
    job.refresh_from_db()
    assert job.result == {"created": 2, "changed": 2, "unchanged": 0}
    submit_case(
        actor=SYSTEM,
        source=Source.PHONE,
        category="used",
        description="噪声",
        place=Place(address="示范路 1 号"),
        caller=Caller(),
    )

    undo_job(job=job, actor=SYSTEM)
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone) == ("UNDONE", {"restored": 2, "removed": 1, "left": 1})
    assert list(Category.objects.exclude(code="used").order_by("code").values()) == before
    assert [(one.row, one.code) for one in Finding.objects.filter(job=job)] == [(5, "referred_to")]


def test_what_a_sheet_has_no_column_for_stays_and_a_blank_cell_empties(category, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    Category.objects.filter(pk=category.pk).update(description="街道照明")
    Category.objects.create(code="noise", name="噪声扰民", group="COMPLAINT", keywords="施工", description="夜间")
    rows = ["类别代码,类别名称,诉求类型,检索词", "street-light,路灯不亮,求助,", "noise,噪声扰民,投诉,施工"]

    job = upload_file(
        resource="hotline.categories", file=io.BytesIO("\n".join(rows).encode()), name="few.csv", actor=SYSTEM
    )
    run_check(job.pk)

    shown = [(one.kind, dict(one.before)) for one in preview_rows(job)]
    assert shown == [("CHANGED", {"keywords": "灯"}), ("UNCHANGED", {})]
    run_apply(confirm_job(job=ImportJob.objects.get(pk=job.pk), actor=SYSTEM).pk)
    assert list(Category.objects.order_by("code").values_list("code", "keywords", "description")) == [
        ("noise", "施工", "夜间"),
        ("street-light", "", "街道照明"),
    ]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_words_of_categories_come_back_as_they_went_out_whatever_they_look_like(category, settings, tmp_path, suffix):
    settings.MEDIA_ROOT = str(tmp_path)
    for number, text in enumerate(
        ["-含路灯", "=停水", "+86 开头", "<b 段>", "一行\n又一行", "两个  空格", "'=x", "'y"]
    ):
        open_category(actor=SYSTEM, code=f"odd-{number}", name=text, group=Group.HELP, description=text, keywords=text)

    file = export(resource="hotline.categories", actor=SYSTEM, format=suffix)
    job = upload_file(resource="hotline.categories", file=file, name=f"all.{suffix}", actor=SYSTEM)
    run_check(job.pk)

    job.refresh_from_db()
    assert (job.counts, job.kinds) == ({"OK": 9}, {"UNCHANGED": 9})


@pytest.fixture
def case(category):
    return submit_case(
        actor=SYSTEM,
        source=Source.PHONE,
        category="street-light",
        description="=路灯不亮",
        place=Place(address="示范路 1 号", latitude=43.372, longitude=128.232),
        caller=Caller(name="演示甲", phone="14000000001"),
    )


def test_cases_go_out_masked_and_without_names(client, staff, case):
    client.force_login(staff(["wagtailadmin.access_admin", VIEW, "civicnet_hotline.dispatch_case"]))
    case.description = "请回电 14000000002，身份证 99999919800101002X"
    case.save()

    raw = b"".join(client.get("/admin/hotline/cases/?export=json&state=TO_DISPATCH").streaming_content).decode()
    told = json.loads(raw)
    assert [(one["number"], one["state"], one["caller_phone"]) for one in told] == [
        (case.number, "待派单", "140****0001")
    ]
    assert (told[0]["longitude"], told[0]["latitude"]) == (128.232, 43.372)
    assert "演示甲" not in raw
    assert told[0]["description"] == "请回电 140****0002，身份证 999***********002X"
    none = b"".join(client.get("/admin/hotline/cases/?export=json&state=COMPLETED").streaming_content)
    assert json.loads(none) == []


def test_cases_go_out_as_features_of_a_map_and_stay_there_without_a_place(client, staff, case):
    place = Place(address="示范路 2 号")
    submit_case(actor=SYSTEM, source=Source.PHONE, category="street-light", description="灯", place=place)
    client.force_login(staff(["wagtailadmin.access_admin", VIEW, "civicnet_hotline.dispatch_case"]))

    assert "export=geojson" in client.get("/admin/hotline/cases/").content.decode()
    answer = client.get("/admin/hotline/cases/?export=geojson")

    raw = b"".join(answer.streaming_content).decode()
    told = json.loads(raw)
    assert (answer["Content-Type"], told["type"]) == ("application/geo+json", "FeatureCollection")
    assert [(one["type"], one["geometry"], one["properties"]["address"]) for one in told["features"]] == [
        ("Feature", None, "示范路 2 号"),
        ("Feature", {"type": "Point", "coordinates": [128.232, 43.372]}, "示范路 1 号"),
    ]
    assert "longitude" not in told["features"][0]["properties"]
    assert "14000000001" not in raw


def test_what_has_no_place_on_earth_does_not_go_out_as_a_map(category):
    with pytest.raises(Refused):
        export(resource="hotline.categories", actor=SYSTEM, format="geojson")
    assert not ExportRun.objects.exists()


def test_nobody_imports_cases(category):
    file = io.BytesIO("编号\n1\n".encode())
    with pytest.raises(Refused):
        upload_file(resource="hotline.cases", file=file, name="cases.csv", actor=SYSTEM)
