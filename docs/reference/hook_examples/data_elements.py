"""Something that is asked for, with who keeps it; others name it by its key instead of asking again."""

from civicnet.access.models import Organisation
from civicnet.access.scope import under
from civicnet.contract import DataElement, hookimpl


@hookimpl
def data_elements() -> list[DataElement]:
    return [
        DataElement(
            key="station.hours",
            label="开放时间",
            definition="便民驿站每周开放的时间。",
            held_by="驿站名册",
            holder=lambda paths: Organisation.objects.filter(under(paths, field="path")),
            fresh_days=180,
        )
    ]
