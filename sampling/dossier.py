"""One case on a one-stop list, and the words its closed columns may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

RESPONDENT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "citizen": "citizen",
        "người dân": "citizen",
        "công dân": "citizen",
        "cá nhân": "citizen",
        "business": "business",
        "doanh nghiệp": "business",
        "tổ chức": "business",
        "household_business": "household_business",
        "hộ kinh doanh": "household_business",
        "hộ kinh doanh cá thể": "household_business",
    }
)
CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "counter": "counter",
        "tại quầy": "counter",
        "trực tiếp": "counter",
        "online": "online",
        "trực tuyến": "online",
        "qua mạng": "online",
        "post": "post",
        "bưu chính": "post",
        "bưu chính công ích": "post",
        "dịch vụ bưu chính công ích": "post",
        "qua bưu điện": "post",
    }
)
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "received": "received",
        "đã tiếp nhận": "received",
        "đang giải quyết": "received",
        "đang xử lý": "received",
        "solved": "solved",
        "đã giải quyết": "solved",
        "đã có kết quả": "solved",
        "returned": "returned",
        "đã trả kết quả": "returned",
        "refused": "refused",
        "từ chối": "refused",
        "từ chối tiếp nhận": "refused",
        "stopped": "stopped",
        "dừng xử lý": "stopped",
        "dừng giải quyết": "stopped",
        "withdrawn": "withdrawn",
        "đã rút": "withdrawn",
        "rút hồ sơ": "withdrawn",
        "supplement": "supplement",
        "yêu cầu bổ sung": "supplement",
        "chờ bổ sung": "supplement",
    }
)
VOCABULARIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"respondent_kind": RESPONDENT_KINDS, "channel": CHANNELS, "status": STATUSES}
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as the frame tells it.

    Attributes
    ----------
    code, unit : str
        The dossier's code, unique on the frame, and the code of the unit it counts for.
    received : datetime
        When it was handed in, in Vietnam's time; midnight when the list tells only the day.
    due, finished : datetime or None
        Deadline and end; None when the list tells neither.
    field, procedure, receiving_unit, resolving_unit, phone, name, language : str
        As the list spells them; "" when it does not tell.
    respondent_kind, channel, status : str
        Codes of `VOCABULARIES`; "" when the list does not tell.
    """

    code: str
    unit: str
    received: datetime
    field: str = ""
    procedure: str = ""
    respondent_kind: str = ""
    channel: str = ""
    status: str = ""
    due: datetime | None = None
    finished: datetime | None = None
    receiving_unit: str = ""
    resolving_unit: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
