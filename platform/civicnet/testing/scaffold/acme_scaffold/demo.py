"""Rows to try the plugin with, plainly invented."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.contract import Actor

from acme_scaffold.services import keep_point

POINTS = [
    ("DEMO-1", "示范便民服务点一", "示范路 1 号", "工作日 8:30—17:00"),
    ("DEMO-2", "示范便民服务点二", "示范路 2 号", "每日 9:00—18:00"),
    ("DEMO-3", "示范便民服务点三", "示范路 3 号", ""),
]


def make_demo(actor: Actor) -> int:
    """A few points of the first organisation of the tree; none where there is no organisation yet."""
    place = Organisation.objects.order_by("path").first()
    if place is None:
        return 0
    for code, name, address, hours in POINTS:
        keep_point(actor=actor, organisation=place, code=code, name=name, address=address, hours=hours)
    return len(POINTS)
