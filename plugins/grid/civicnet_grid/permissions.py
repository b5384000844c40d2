"""Who may do what with grids: questions, answered from the actor's own subtree."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet_grid.models import Post, Worker

VIEW_GRID = "civicnet_grid.view_grid"
VIEW_POST = "civicnet_grid.view_post"
VIEW_WORKER = "civicnet_grid.view_worker"
VIEW_ABSENCE = "civicnet_grid.view_absence"
ADD_GRID = "civicnet_grid.add_grid"
IMPORT_ROSTER = "civicnet_grid.import_roster"
REVEAL_PHONE = "civicnet_grid.reveal_phone"
REVEAL_ID_NUMBER = "civicnet_grid.reveal_id_number"


def can_open_grid(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may open grids in this community or village."""
    return can_keep_grids(actor, organisation.path)


def can_keep_grids(actor: Actor, path: str) -> bool:
    """Whether the actor may open and correct grids in the organisation with this path."""
    return covers(actor, ADD_GRID, path)


def can_import_roster(actor: Actor, path: str) -> bool:
    """Whether the actor may apply rosters in the organisation with this path."""
    return covers(actor, IMPORT_ROSTER, path)


def can_record_absence(actor: Actor, post: Post) -> bool:
    """Whether the actor may record that this post's holder is away: the grid's office may, and the holder."""
    return covers(actor, "civicnet_grid.add_absence", post.grid.organisation.path) or is_own(actor, post.worker)


def can_end_post(actor: Actor, post: Post) -> bool:
    """Whether the actor may end this post."""
    return covers(actor, "civicnet_grid.change_post", post.grid.organisation.path)


def can_link_user(actor: Actor, worker: Worker) -> bool:
    """Whether the actor may link a worker with an account."""
    return covers(actor, "civicnet_grid.change_worker", worker.organisation.path)


def can_see_people(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may see who holds the posts of this organisation's grids."""
    return covers(actor, VIEW_WORKER, organisation.path)


def can_reveal(actor: Actor, permission: str, organisation: Organisation) -> bool:
    """Whether the actor may be shown whole numbers of this organisation's workers, each kind by a permission of its own."""
    return can_see_people(actor, organisation) and covers(actor, permission, organisation.path)


def is_own(actor: Actor, worker: Worker) -> bool:
    """Whether the actor is this worker."""
    return actor.kind == "staff" and worker.user_id is not None and actor.id == str(worker.user_id)
