"""What the grid plugin says to the host: which organisations it holds open, and where nobody is on duty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM
from civicnet.access.organisation_changes import close_organisation
from civicnet.access.organisation_moves import merge_organisation
from civicnet.lifecycle.health import problems
from civicnet_grid.errors import GridsInForce
from civicnet_grid.models import Absence, Grid, Post

COMMUNITY, NEIGHBOUR = "222403001001", "222403001002"
WHY = {"day": date(2026, 3, 1), "actor": SYSTEM, "reason": "区划调整"}


def test_a_community_does_not_close_over_its_grids(city, team):
    with translation.override("en"), pytest.raises(GridsInForce, match="1 grid there is still in force") as refusal:
        close_organisation(organisation=city[COMMUNITY], **WHY)

    assert refusal.value.code == "GRIDS_IN_FORCE"
    city[COMMUNITY].refresh_from_db()
    assert city[COMMUNITY].valid_to is None


def test_a_merger_takes_its_grids_along(city, team):
    merge_organisation(source=city[COMMUNITY], into=city[NEIGHBOUR], **WHY)

    assert Grid.objects.get().organisation.path.startswith(city[NEIGHBOUR].path)


def test_it_closes_once_they_are_out_of_force(city, team):
    Grid.objects.update(valid_from=date(2020, 1, 1), valid_to=WHY["day"])

    assert close_organisation(organisation=city[COMMUNITY], **WHY).valid_to == WHY["day"]


def test_the_screen_says_why_not(city, team, client, staff):
    may = [f"civicnet_access.{verb}_organisation" for verb in ("view", "change")]
    client.force_login(staff(["wagtailadmin.access_admin", *may]))
    given = {"day": "2026-03-01", "reason": "区划调整"}

    answer = client.post(reverse("organisations:close", args=[city[COMMUNITY].pk]), given)

    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors() == [str(GridsInForce(1))]


def test_a_grid_without_anybody_on_duty_is_a_problem_and_leads_to_it(city, team, client, staff):
    with translation.override("en"):
        assert "grid" not in problems()
        today = timezone.localdate()
        Post.objects.filter(level__lt=3).update(valid_to=today - timedelta(days=1))
        for post in Post.objects.filter(level=3):
            Absence.objects.create(post=post, first_day=today, last_day=today)

        [problem] = problems()["grid"]

    assert problem.message.startswith("In 1 grid nobody is on duty today")
    client.force_login(staff(["wagtailadmin.access_admin", "civicnet_grid.view_grid"]))
    assert team.name in client.get(problem.url).text
    Absence.objects.all().delete()
    assert team.name not in client.get(problem.url).text
