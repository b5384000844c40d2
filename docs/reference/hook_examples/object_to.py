"""A say in an act of the host or of another plugin; acts are known by their public names."""

from civicnet.contract import Act, Conflict, hookimpl


@hookimpl
def object_to(act: Act) -> None:
    if act.name == "ExampleDeleted":
        raise Conflict("示例还在使用，不能删除。")
