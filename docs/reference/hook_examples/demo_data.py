"""A few invented rows through the plugin's own services; the answer is how many."""

from civicnet.contract import Actor, hookimpl

NOTES: list[str] = []


@hookimpl
def demo_data(actor: Actor) -> int:
    NOTES[:] = ["示例一", "示例二"]
    return len(NOTES)
