"""The scope's benchmark: 20 of 1,000,000 grids and their count, of a subtree of 700,000 organisations, beside the same of all.

The rival is the same page and count without scope, in the same run: nothing can be fairer, and nothing is faster.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from civicnet_site.bench.harness import Figure, compare, contend, contenders

# Within twice the time: half as many a second.
TARGET = 0.5
SUBTREES = {"everything": "100 %", "district": "1 %", "town": "0.001 %"}


def run() -> Iterator[Figure]:
    """A figure for each subtree. Loads the tree first if it is not there."""
    from civicnet_site.bench.scope_data import Shape, load_tree

    load_tree(Shape())
    with contenders(__name__, "unscoped", *SUBTREES) as (rival, *ours):
        for name, one in zip(SUBTREES, ours, strict=True):
            yield compare(f"scope.page_and_count.{name}.vs_unscoped", one, rival, target=TARGET)


def reader(name: str) -> Callable[[], None]:
    """A function that reads the newest 20 and the count, as a list does."""
    import django

    django.setup()
    from civicnet.access.scope import EVERYWHERE
    from civicnet.contract import Actor
    from civicnet_grid.models import Grid
    from civicnet_grid.permissions import VIEW_GRID
    from civicnet_grid.selectors import visible_grids
    from civicnet_site.bench.scope_data import Shape

    path = {"everything": EVERYWHERE, "district": Shape().district, "town": Shape().town}.get(name)
    actor = Actor(kind="staff", permissions=frozenset({VIEW_GRID}), scopes={VIEW_GRID: (path or "",)})

    def read() -> None:
        grids = visible_grids(actor) if path is not None else Grid.objects.all()
        rows = list(grids.order_by("-id").values("id", "code", "name", "kind", "organisation")[:20])
        count = grids.order_by().count()
        if not rows or count < len(rows):
            raise RuntimeError(f"{name}: {len(rows)} rows of {count}")

    return read


if __name__ == "__main__":
    contend(reader(sys.argv[1]))
