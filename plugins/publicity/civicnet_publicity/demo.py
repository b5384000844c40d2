"""What the demo checks articles by: the published start set, and leaders who are plainly nobody."""

from __future__ import annotations

from civicnet.contract import Actor
from civicnet_publicity.selectors.checking import all_leaders, all_words
from civicnet_publicity.services import keep_leader, keep_start_set

LEADERS = (("演示甲", "演示市委书记"), ("演示乙", "演示市委副书记、市长"), ("演示丙", "副市长"))


def keep_demo_words(*, actor: Actor) -> int:
    """Fill what is empty; returns how many entries were made."""
    made = 0 if all_words().exists() else keep_start_set(actor=actor)
    if not all_leaders().exists():
        for order, (name, title) in enumerate(LEADERS, start=1):
            keep_leader(actor=actor, name=name, title=title, order=order)
            made += 1
    return made
