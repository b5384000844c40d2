"""An entry of the bottom bar on the worker's phone page; it leads to a named URL of the plugin."""

from civicnet.contract import DeskTab, hookimpl


@hookimpl
def desk_tabs() -> list[DeskTab]:
    return [DeskTab(label="示例", view_name="example:index", icon="◇", order=900)]
