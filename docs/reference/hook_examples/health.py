"""What is not in order, in a sentence that says what to do."""

from civicnet.contract import Problem, hookimpl


@hookimpl
def health() -> list[Problem]:
    is_set_up = False
    return [] if is_set_up else [Problem("还没有设置示例，请先设置。", url="/admin/example/")]
