"""The posts among which a dispatcher may choose by hand."""

from dataclasses import dataclass

from civicnet.contract import Actor, hookimpl


@dataclass(frozen=True)
class DutyPost:
    grid_code: str
    organisation_id: int
    key: str
    label: str
    user_id: int | None = None


POSTS = [
    DutyPost("222403001001001", 1, "example.post:1", "示范一岗"),
    DutyPost("222403001001002", 1, "example.post:2", "示范二岗"),
]


@hookimpl(optionalhook=True)
def hotline_dispatch_targets(actor: Actor, search: str) -> list[DutyPost]:
    return [one for one in POSTS if search in one.label]
