"""A sheet that is imported; ``apply`` hands a chunk of typed rows to the plugin's bulk service."""

from collections.abc import Mapping, Sequence

from civicnet.contract import Actor, hookimpl
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.resource import Column, ImportResource, TypedRow
from import_export.resources import Resource


class NoteResource(ImportResource):
    key = "example.notes"
    label = "示例"
    permission = "acme_example.change_note"

    title = Column(column_name="标题", label="Title", widget=TextWidget(most=100), required=True)

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        return {"kept": len(rows)}


@hookimpl
def resources() -> list[type[Resource]]:
    return [NoteResource]
