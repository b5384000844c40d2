"""The roles every city starts with, as groups: what each may do is edited in the admin afterwards."""

from __future__ import annotations

from enum import Enum

from django.contrib.auth.models import Group, Permission
from django.db import transaction


class Role(Enum):
    """A role by the name its group carries."""

    ADMINISTRATOR = "平台管理员"
    AUDITOR = "审计员"
    EDITOR = "编辑"
    FIRST_REVIEWER = "初审"
    SECOND_REVIEWER = "复审"
    CHIEF_REVIEWER = "终审"
    ROSTER_CLERK = "名册管理员"
    SUPERVISOR = "网格督导"
    WORKER = "网格员"
    DISPATCHER = "派单员"
    HANDLER = "部门经办人"
    ASSESSOR = "考核员"


ADMIN = "wagtailadmin.access_admin"
GRIDS = (
    "civicnet_grid.view_grid",
    "civicnet_grid.view_post",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_absence",
)

# The administrator runs the platform and reads no case, no roster and no assessment; the auditor reads the audit only.
PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        ADMIN,
        "civicnet_lifecycle.switch_plugin",
        "civicnet_access.add_user",
        "civicnet_access.change_user",
        "civicnet_access.view_user",
        "wagtailcore.add_site",
        "wagtailcore.change_site",
        "civicnet_site.change_sitetheme",
    ),
    Role.AUDITOR: (ADMIN, "civicnet_ledger.view_auditrecord"),
    Role.EDITOR: (ADMIN,),
    Role.FIRST_REVIEWER: (ADMIN,),
    Role.SECOND_REVIEWER: (ADMIN,),
    Role.CHIEF_REVIEWER: (ADMIN,),
    Role.ROSTER_CLERK: (
        ADMIN,
        *GRIDS,
        "civicnet_grid.import_roster",
        "civicnet_grid.add_grid",
        "civicnet_grid.change_post",
        "civicnet_grid.change_worker",
        "civicnet_exchange.add_importjob",
        "civicnet_exchange.view_importjob",
    ),
    Role.SUPERVISOR: (ADMIN, *GRIDS, "civicnet_grid.add_absence", "civicnet_hotline.view_case"),
    Role.WORKER: (),
    Role.DISPATCHER: (
        ADMIN,
        "civicnet_grid.view_grid",
        "civicnet_grid.view_post",
        "civicnet_hotline.view_case",
        "civicnet_hotline.dispatch_case",
        "civicnet_hotline.follow_up_case",
        "civicnet_hotline.submit_case",
    ),
    Role.HANDLER: (ADMIN, "civicnet_hotline.view_case", "civicnet_hotline.handle_case"),
    Role.ASSESSOR: (
        ADMIN,
        *GRIDS,
        "civicnet_assessment.view_assessmentform",
        "civicnet_assessment.view_assessment",
        "civicnet_assessment.add_assessment",
    ),
}


@transaction.atomic
def set_up_roles() -> dict[Role, Group]:
    """Make the groups that are missing and give each its permissions; grants made in the admin since then stay."""
    groups = {}
    for role, names in PERMISSIONS.items():
        groups[role], created = Group.objects.get_or_create(name=role.value)
        if created:
            groups[role].permissions.set([_permission(name) for name in names])
    return groups


def _permission(name: str) -> Permission:
    app, _dot, codename = name.partition(".")
    try:
        return Permission.objects.get(content_type__app_label=app, codename=codename)
    except Permission.DoesNotExist as error:
        raise LookupError(f"no permission is named {name}") from error
