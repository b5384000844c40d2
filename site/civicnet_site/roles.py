"""The roles every city starts with: what each may do is edited in the admin afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.models import Group
from django.db import transaction

from civicnet.access.grants import grants
from civicnet.access.roles import create_role, delete_role
from civicnet.contract import Actor, Conflict
from civicnet.ledger.models import AuditRecord


class Role(Enum):
    """A role by the name its group starts with."""

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
    DATA_OFFICER = "数据负责人"


REASON = "标准角色"
# Wagtail makes these two; the second publishes past all reviews.
FOREIGN = ("Editors", "Moderators")
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
        "civicnet_access.view_people",
        "civicnet_access.manage_people",
        "civicnet_access.manage_roles",
        "civicnet_access.view_organisation",
        "civicnet_access.add_organisation",
        "civicnet_access.change_organisation",
        "civicnet_access.view_apiclient",
        "civicnet_access.add_apiclient",
        "civicnet_access.change_apiclient",
        "civicnet_gateway.view_trusteddocument",
        "civicnet_gateway.change_trusteddocument",
        "civicnet_gateway.introspect",
        "civicnet_gateway.purge_cache",
        "civicnet_exchange.view_burden",
        "civicnet_workdays.keep_calendar",
        "wagtailcore.add_site",
        "wagtailcore.change_site",
        "civicnet_site.change_sitetheme",
        "civicnet_publicity.manage_channels",
    ),
    Role.AUDITOR: (ADMIN, "civicnet_ledger.view_auditrecord"),
    Role.EDITOR: (
        ADMIN,
        "civicnet_publicity.import_articles",
        "civicnet_publicity.export_articles",
        "civicnet_publicity.watch_columns",
        "civicnet_exchange.add_importjob",
    ),
    Role.FIRST_REVIEWER: (ADMIN,),
    Role.SECOND_REVIEWER: (ADMIN, "civicnet_publicity.keep_words"),
    Role.CHIEF_REVIEWER: (
        ADMIN,
        "civicnet_publicity.keep_words",
        "civicnet_publicity.override_checks",
        "civicnet_publicity.place_article",
        "civicnet_publicity.allow_urgent",
        "civicnet_publicity.view_approvalsheet",
        "civicnet_publicity.take_approvalsheet",
        "civicnet_publicity.manage_column_types",
    ),
    Role.ROSTER_CLERK: (
        ADMIN,
        *GRIDS,
        "civicnet_grid.import_roster",
        "civicnet_grid.add_grid",
        "civicnet_grid.change_post",
        "civicnet_grid.change_worker",
        "civicnet_grid.reveal_phone",
        "civicnet_grid.reveal_id_number",
        "civicnet_exchange.add_importjob",
        "civicnet_exchange.view_importjob",
        "civicnet_exchange.add_disclosurerequest",
    ),
    Role.SUPERVISOR: (
        ADMIN,
        *GRIDS,
        "civicnet_grid.add_absence",
        "civicnet_grid.reveal_phone",
        "civicnet_hotline.view_case",
    ),
    # The second person behind an export of full values: decides on it without seeing a row.
    Role.DATA_OFFICER: (ADMIN, "civicnet_exchange.approve_disclosure"),
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
        "civicnet_assessment.add_assessmentform",
        "civicnet_assessment.view_assessment",
        "civicnet_assessment.add_assessment",
        "civicnet_exchange.view_burden",
    ),
}


@dataclass(frozen=True, slots=True)
class SetUp:
    """What came of setting up: every role's group, which of them are new, and which foreign ones went."""

    groups: dict[Role, Group]
    made: list[Role]
    dropped: list[str]


@transaction.atomic
def set_up_roles(*, actor: Actor) -> SetUp:
    """Make the roles that are missing; one that is there, also under another name by now, stays as it was edited.

    A permission of a plugin that is not installed is left out. Wagtail's own groups go unless somebody is in them.
    """
    known, groups, made = grants(), _known_groups(), []
    for role, names in PERMISSIONS.items():
        if role in groups:
            continue
        offered = [name for name in names if name in known]
        groups[role] = create_role(name=role.value, permissions=offered, actor=actor, reason=REASON)
        made.append(role)
    return SetUp(groups, made, _drop_foreign(actor))


def _known_groups() -> dict[Role, Group]:
    # A role that was renamed is found again by the record of its making.
    made = AuditRecord.objects.filter(action="access.create_role", actor_kind="system").order_by("pk")
    ids = {record.after.get("name"): record.object_id for record in made}
    found = {}
    for role in Role:
        group = Group.objects.filter(name=role.value).first() or Group.objects.filter(pk=ids.get(role.value, 0)).first()
        if group is not None:
            found[role] = group
    return found


def _drop_foreign(actor: Actor) -> list[str]:
    dropped = []
    for group in Group.objects.filter(name__in=FOREIGN):
        try:
            delete_role(role=group, actor=actor, reason=REASON)
        except Conflict:
            continue
        dropped.append(group.name)
    return dropped
