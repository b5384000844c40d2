"""Erasing what is past its retention, asked daily."""

from datetime import UTC, datetime, timedelta

from civicnet.contract import Actor, hookimpl

RETENTION = timedelta(days=365)
ENDED = {"演示甲": datetime(2020, 1, 1, tzinfo=UTC), "演示乙": datetime(2099, 1, 1, tzinfo=UTC)}


@hookimpl
def forget_expired(now: datetime, actor: Actor) -> int:
    expired = [name for name, ended in ENDED.items() if ended + RETENTION < now]
    for name in expired:
        del ENDED[name]
    return len(expired)
