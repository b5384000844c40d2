"""Work that waits for a person; a count of zero is left out by the host."""

from civicnet.contract import Actor, Waiting, hookimpl


@hookimpl
def waiting(actor: Actor) -> list[Waiting]:
    count = 2 if actor.may("acme_example.change_note") else 0
    return [Waiting(label="待处理示例", count=count, url="/admin/example/")]
