"""What happened elsewhere, told after commit; events are known by their public names."""

from civicnet.contract import Event, hookimpl

HEARD: list[str] = []


@hookimpl
def hear(event: Event) -> None:
    if event.name == "PluginSwitched":
        HEARD.append(event.name)
