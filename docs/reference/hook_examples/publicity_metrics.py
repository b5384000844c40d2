"""Numbers for charts in articles: trees planted by year."""

from dataclasses import dataclass

from civicnet.contract import hookimpl


@dataclass(frozen=True)
class TreesByYear:
    key: str = "example.trees_by_year"
    label: str = "每年植树"
    unit: str = "棵"
    note: str = "示范数字，由园林部门每年核定一次。"

    def read(self) -> list[tuple[str, int]]:
        return [("2024", 1200), ("2025", 1530), ("2026", 1710)]


@hookimpl(optionalhook=True)
def publicity_metrics() -> list[TreesByYear]:
    return [TreesByYear()]
