"""The demo city's offices beside its divisions: departments, a service centre, the office that runs the programme."""

from __future__ import annotations

from datetime import date

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.organisation_changes import create_organisation
from civicnet.contract import Actor

OFFICES = (
    ("222403-WGB", "网格化治理工作领导小组办公室", OrganisationKind.LEADING_GROUP_OFFICE, "网格办"),
    ("222403-ZWZX", "政务服务中心", OrganisationKind.SERVICE_CENTRE, "政务中心"),
    ("222403-MZJ", "民政局", OrganisationKind.DEPARTMENT, ""),
    ("222403-ZJJ", "住房和城乡建设局", OrganisationKind.DEPARTMENT, "住建局"),
    ("222403-CGJ", "城市管理行政执法局", OrganisationKind.DEPARTMENT, "城管局"),
)


def open_offices(*, city: Organisation, actor: Actor) -> None:
    """Set up those that are missing, straight below the city."""
    there = set(Organisation.objects.filter(code__in=[code for code, *_rest in OFFICES]).values_list("code", flat=True))
    for code, name, kind, short_name in OFFICES:
        if code not in there:
            create_organisation(
                code=code,
                name=name,
                kind=kind,
                parent=city,
                short_name=short_name,
                day=date(2026, 1, 1),
                actor=actor,
                reason="演示城市",
            )
