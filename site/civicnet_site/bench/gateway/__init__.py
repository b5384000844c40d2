"""The gateway's benchmark: our endpoint beside what a city would build or take instead, on the same rows, in the same run.

Each database is made for the run. Ours answers a portal with its key, through every limit and the whole middleware.
"""

from __future__ import annotations

from collections.abc import Iterator

from civicnet_site.bench.gateway import growth, memory, speed
from civicnet_site.bench.harness import Figure, Options


def run(options: Options) -> Iterator[Figure]:
    """The figures asked for, one after another, each as soon as it is there."""
    for kind in options.databases:
        if options.growth:
            yield from growth.run(kind, options)
        if options.memory:
            yield from memory.run(kind, options)
        if not (options.growth or options.memory):
            yield from speed.run(kind, options)
