"""Erasing a person: the values go, the row stays, and the answer is how many rows were touched."""

from civicnet.contract import Actor, PersonalQuery, hookimpl

KEPT = {"index-of-a-phone": "演示甲", "index-of-another": "演示乙"}


@hookimpl
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:
    found = [index for index in KEPT if index in query.phone_indexes]
    KEPT.update(dict.fromkeys(found, ""))
    return len(found)
