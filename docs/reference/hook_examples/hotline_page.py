"""Which page of the site stands at a path, for whoever found an error on it."""

from dataclasses import dataclass

from civicnet.contract import hookimpl


@dataclass(frozen=True)
class ReportedPage:
    key: str
    title: str
    address: str
    desk: None = None


@hookimpl(optionalhook=True)
def hotline_page(site_id: int | None, path: str) -> ReportedPage | None:
    if path != "/hall/":
        return None
    return ReportedPage("example.page:1", "示范办事大厅", "https://www.example.test/hall/")
