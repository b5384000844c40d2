"""Work of every night; it finds out itself what is left to do, for it may be called again after a crash."""

from datetime import time

from civicnet.contract import Schedule, hookimpl


def tidy() -> None:
    """Nothing is left to do in an example."""


@hookimpl
def schedules() -> list[Schedule]:
    return [Schedule(name="example.tidy", label="示例整理", run=tidy, daily_at=time(2, 30))]
