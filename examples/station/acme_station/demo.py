"""Rows to try the plugin with: plainly invented stations of organisations that exist."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.contract import Actor

from acme_station.services import keep_station

_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
# Around the middle of the demo's city, in degrees of WGS-84.
_PLACES = [
    (128.2324, 43.3724),
    (128.2189, 43.3681),
    (128.2461, 43.3655),
    (128.2303, 43.3842),
    (128.2152, 43.3797),
    (128.2490, 43.3789),
    (128.2391, 43.3570),
    (128.2228, 43.3583),
    (128.2603, 43.3707),
    (128.2040, 43.3722),
    (128.2560, 43.3590),
    (128.2105, 43.3610),
]
_SERVICES = "政策咨询、便民代办、网格议事"


def make_demo(actor: Actor) -> int:
    """A dozen stations of the first communities of the tree; none where there is no organisation yet."""
    places = list(Organisation.objects.filter(numchild=0).order_by("path")[: len(_PLACES)])
    if not places:
        return 0
    for number, (longitude, latitude) in enumerate(_PLACES):
        keep_station(
            actor=actor,
            organisation=places[number % len(places)],
            code=f"DEMO-{number + 1:02d}",
            name=f"演示党群服务站（{_NUMBERS[number]}）",
            address=f"演示路 {number + 1} 号",
            hours="工作日 8:30—17:00" if number % 2 else "每日 8:00—20:00",
            phone=f"0433-00000{number:02d}",
            services=_SERVICES,
            longitude=longitude,
            latitude=latitude,
        )
    return len(_PLACES)
