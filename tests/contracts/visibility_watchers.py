"""Who asks at the doors of the matrix, and which rows are whose."""

from __future__ import annotations

from visibility_walk import Watcher
from visibility_world import CITYWIDE, FAR, NEAR

from civicnet_site.roles import Role

HERE, BOTH = frozenset({NEAR}), frozenset({NEAR, FAR})

# Every role near the near rows; those with a city_ in front hold it for the whole city.
ROLES = [role.name.lower() for role in Role]
UNBOUND = ("auditor", "editor", "first_reviewer", "chief_reviewer")
WATCHERS = [
    Watcher("anonymous", "anonymous", HERE),
    # Runs the machine and holds no position: sees nothing more than anybody.
    Watcher("superuser", "superuser", BOTH),
    # Drafts and audit records lie nowhere: who sees any sees all.
    *(Watcher(role, role, BOTH if role in UNBOUND else HERE) for role in ROLES),
    *(Watcher(f"city_{role.name.lower()}", role.name.lower(), BOTH) for role in CITYWIDE),
    # Submitted the near cases itself.
    Watcher("portal", "portal", HERE),
    # Reads grids of the whole city; of cases, what it submitted itself, which is none.
    Watcher("city_portal", "city_portal", BOTH),
    # Belongs to a community beside the near one.
    Watcher("other_portal", "other_portal", HERE),
    # Reads drafts, which lie nowhere, and nothing else.
    Watcher("drafts_portal", "drafts_portal", BOTH),
]

GRIDS = ("roster_clerk", "supervisor", "dispatcher", "assessor")
NAMES = ("roster_clerk", "supervisor", "assessor")
CASES = ("supervisor", "dispatcher", "handler")
EDITORS = ("editor",)
EVERYBODY = tuple(dict.fromkeys(watcher.role for watcher in WATCHERS))
STAFF = tuple(role for role in EVERYBODY if role in ROLES)

DRAFTS = {"draft": ("drafts_portal",), "review": ("drafts_portal",), "closed": ()}
READ = {"article": EVERYBODY}
GRID = {"grid": (*GRIDS, "portal", "city_portal")}
# Forms opened above an organisation are filled in below, so whoever may read forms there reads these.
FORM = {"form item": ("assessor", "portal", "city_portal", "other_portal")}
CASE = {"case caseaddress casestep": (*CASES, "worker", "portal")}
OPEN_CASES = {
    "case caseaddress casestep": (*CASES, "worker", "portal"),
    "queued queuedaddress queuedstep replied repliedaddress repliedstep": (*CASES, "portal"),
}
