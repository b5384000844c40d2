"""What a file does to others, and what it needs, in the words of whoever is about to let it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ImportJob

CLERK = ["wagtailadmin.access_admin", "civicnet_exchange.add_importjob", "civicnet_grid.import_roster"]
HEADINGS = "网格编号,岗位,姓名,身份证号,联系电话,任职时间\n"
LEAD = "222403001001001,一级网格长,演示甲,99999919661007007X,14000000001,2024-01-01\n"
NEXT_LEAD = "222403001001001,一级网格长,演示丙,999999196610070096,14000000003,2024-02-01\n"
BAD = "222403001001001,二级网格员,演示乙,999999196610070070,1400,2024-01-01\n"


@pytest.fixture
def clerk(staff: Callable[..., Any], client: Client) -> Client:
    """A browser in which a roster clerk of the whole city is signed in."""
    client.force_login(staff(CLERK, username="clerk"))
    return client


def checked(clerk: Client, rows: str) -> str:
    """The address of a job whose rows were looked at."""
    file = SimpleUploadedFile("roster.csv", f"{HEADINGS}{rows}".encode())
    address: str = clerk.post(reverse("imports:new"), {"resource": "grid.roster", "file": file}).headers["Location"]
    run_check(ImportJob.objects.latest("created_at").pk)
    return address


def let_in(clerk: Client, address: str) -> None:
    clerk.post(f"{address}confirm/", {"rows": "good"})
    run_apply(ImportJob.objects.latest("created_at").pk)


def test_what_a_row_does_to_others_is_told_before_it_goes_in_and_before_it_is_taken_back(
    city: Any, clerk: Client
) -> None:
    let_in(clerk, checked(clerk, LEAD))
    address = checked(clerk, NEXT_LEAD + BAD)

    waiting = clerk.get(address, {"kind": "NORMALISED", "code": "replaces_lead", "column": "岗位"})
    assert [one.sentence for one in waiting.context["consequences"]] == [
        "网格 222403001001001 现有其他网格长，其任职将在此人任职的前一天结束。"
    ]
    # In the list of what weighs, and above its rows.
    assert waiting.content.count(b"cn-kind--weighty cn-kind--chosen") == 2
    let_in(clerk, address)
    result = clerk.get(address).content.decode()
    assert "<span>222403001001001</span>" in result and "另有 1 行有误，未导入" in result
    assert "一并撤回：随之结束的他人任职（1）。" in clerk.get(f"{address}undo/").content.decode()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("language", "needed"), [("zh-hans", "网格编码、岗位、姓名"), ("en", "Grid code, Post, Name")])
def test_names_stand_beside_each_other_as_the_reader_writes(clerk: Client, language: str, needed: str) -> None:
    assert needed in clerk.get(reverse("imports:new"), headers={"Accept-Language": language}).content.decode()
