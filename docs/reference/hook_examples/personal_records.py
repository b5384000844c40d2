"""Everything that is held about one person, by the fields that plugin.toml declares under [[personal]]."""

from civicnet.contract import PersonalQuery, PersonalRecord, hookimpl

KEPT = {"index-of-a-phone": ("7", "演示甲", "13900000001")}


@hookimpl
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:
    return [
        PersonalRecord(model="Note", key=key, label=f"示例 {key}", values={"name": name, "phone": phone}, name=name)
        for index, (key, name, phone) in KEPT.items()
        if index in query.phone_indexes
    ]
