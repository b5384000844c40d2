"""A kind of channels: screens in service halls that show headlines."""

from dataclasses import dataclass

from civicnet.contract import hookimpl


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    form: str = "text"
    help: str = ""
    required: bool = True


@dataclass(frozen=True)
class Kind:
    key: str
    label: str
    fields: tuple[Field, ...] = ()
    confirms: bool = False


@hookimpl(optionalhook=True)
def publicity_channel_kinds() -> list[Kind]:
    hall = Field("hall", "大厅编号", help="大厅显示屏上贴着的编号。")
    return [Kind("example.screen", "大厅显示屏", (hall, Field("token", "口令", "secret")))]
