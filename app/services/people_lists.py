"""Reading a list of people to be invited, naming every fault with row and column.

What stands in a personal column is not repeated in a fault: the result of a job is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.queries.people import Grant
from app.services.accounts import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    identity_faults,
    tidy_email,
    tidy_name,
)
from app.services.separation import EVERYWHERE_ONLY
from app.vocabulary import Role
from sampling.errors import Fault, Texts
from sampling.listing.folding import folded
from sampling.tabular import Table, read_table

NAME, EMAIL, ROLES, UNIT = "name", "email", "roles", "unit"
REQUIRED = (NAME, EMAIL, ROLES)
MOST_PEOPLE = 5000
HEADERS: Mapping[str, str] = {
    "ho ten": NAME,
    "ho va ten": NAME,
    "ten": NAME,
    "name": NAME,
    "full name": NAME,
    "email": EMAIL,
    "e mail": EMAIL,
    "thu dien tu": EMAIL,
    "dia chi email": EMAIL,
    "dia chi e mail": EMAIL,
    "vai tro": ROLES,
    "role": ROLES,
    "roles": ROLES,
    "ma don vi": UNIT,
    "don vi": UNIT,
    "unit": UNIT,
    "unit code": UNIT,
}
SPELLED = ("họ và tên", "tên", "e-mail", "thư điện tử", "địa chỉ email", "đơn vị")
TEMPLATE_HEADER = ("họ tên", "email", "vai trò", "mã đơn vị")
# What offices call each role; the first one stands in the template.
ROLE_NAMES: Mapping[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: ("quản trị hệ thống", "quản trị viên", "quản trị", "administrator"),
    Role.COORDINATOR: ("điều phối khảo sát", "điều phối viên khảo sát", "điều phối", "coordinator"),
    Role.ENUMERATOR: ("điều tra viên", "enumerator"),
    Role.AGENCY: ("cơ quan tự chấm", "cơ quan, đơn vị", "đơn vị", "agency"),
    Role.VERIFIER: ("cơ quan thẩm định", "người thẩm định", "thẩm định", "verifier"),
    Role.INSPECTOR: ("kiểm tra thực địa", "người kiểm tra", "kiểm tra", "inspector"),
    Role.HOME_AFFAIRS: ("Sở Nội vụ", "nội vụ", "home affairs"),
    Role.APPROVER: ("người phê duyệt", "phê duyệt", "approver"),
}


class PersonFault(Fault):
    """A fault of a list of people."""

    texts: ClassVar[Texts] = {
        **Fault.texts,
        "bad_email": {
            "vi": "không phải địa chỉ thư điện tử",
            "en": "this is not an e-mail address",
        },
        "too_long": {"vi": "dài quá {limit} ký tự", "en": "longer than {limit} characters"},
        "duplicate_person": {
            "vi": "địa chỉ này đã có ở dòng {first} với tên khác",
            "en": "this address stands in row {first} with another name",
        },
        "other_name": {
            "vi": "đã có tài khoản mang địa chỉ này với tên khác",
            "en": "there is an account with this address and another name",
        },
        "disabled_person": {
            "vi": "tài khoản này đang bị khoá: mở khoá trước",
            "en": "this account is disabled: enable it first",
        },
        "unknown_role": {
            "vi": "không có vai trò «{value}»; các vai trò: {allowed}",
            "en": "there is no role «{value}»; the roles are: {allowed}",
        },
        "unknown_unit_code": {
            "vi": "không có đơn vị mang mã «{value}»",
            "en": "no unit has the code «{value}»",
        },
        "role_everywhere_only": {
            "vi": "vai trò «{value}» dùng cho cả tỉnh: bỏ mã đơn vị, "
            "hoặc ghi vai trò này ở dòng riêng",
            "en": "the role «{value}» holds for the whole province: leave out the unit code, or "
            "give this role a row of its own",
        },
        "role_needs_unit": {
            "vi": "vai trò «{value}» cần mã đơn vị",
            "en": "the role «{value}» needs a unit code",
        },
        "conflicting_roles": {
            "vi": "một người không được giữ các vai trò này cùng lúc",
            "en": "one person may not hold these roles together",
        },
        "too_many_people": {
            "vi": "nhiều nhất {limit} người trong một tệp",
            "en": "at most {limit} people in one file",
        },
    }


@dataclass(frozen=True)
class ListedPerson:
    """One person of a list, with all the rows that name the same address."""

    number: int
    name: str
    email: str
    grants: tuple[Grant, ...]


def read_people(
    content: bytes, filename: str, units: Mapping[str, int]
) -> tuple[list[ListedPerson], list[Fault]]:
    """Read a list of people from CSV or a workbook.

    Parameters
    ----------
    units : mapping
        Number of each unit by its code.

    Returns
    -------
    people, faults
        With any fault the list is not to be used.
    """
    table = read_table(content, filename, _spelled())
    faults: list[Fault] = list(table.faults)
    columns = columns_of(table)
    missing = [TEMPLATE_HEADER[REQUIRED.index(name)] for name in REQUIRED if name not in columns]
    if table.header:
        faults += [PersonFault(table.header_row, name, "", "missing_column") for name in missing]
    if not table.header and not faults:
        faults.append(PersonFault(None, "", "", "empty_table"))
    if len(table.rows) > MOST_PEOPLE:
        faults.append(PersonFault(None, "", "", "too_many_people", {"limit": MOST_PEOPLE}))
    return ([], faults) if faults else _people(table, columns, units)


def columns_of(table: Table) -> dict[str, str]:
    """Map what we call a column to what the file calls it."""
    found: dict[str, str] = {}
    for header in table.header:
        meant = HEADERS.get(folded(header))
        if meant is not None:
            found.setdefault(meant, header)
    return found


def _spelled() -> frozenset[str]:
    """List headers as files spell them, so that a title above them is told from them."""
    return frozenset({*HEADERS, *SPELLED, *TEMPLATE_HEADER})


def _people(
    table: Table, columns: Mapping[str, str], units: Mapping[str, int]
) -> tuple[list[ListedPerson], list[Fault]]:
    found: dict[str, ListedPerson] = {}
    faults: list[Fault] = []
    for number, cells in table.records():
        row = _Row(number, cells, columns)
        faults += row.identity()
        granted = row.grants(units, faults)
        email, name = tidy_email(row.cell(EMAIL)), tidy_name(row.cell(NAME))
        first = found.setdefault(email, ListedPerson(number, name, email, ()))
        if first.name != name:
            place = {"first": first.number}
            faults.append(PersonFault(number, row.column(NAME), "", "duplicate_person", place))
        both = tuple(dict.fromkeys([*first.grants, *granted]))
        found[email] = ListedPerson(first.number, first.name, email, both)
    return list(found.values()), faults


@dataclass(frozen=True)
class _Row:
    """A row and how its file calls our columns."""

    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]

    def column(self, name: str) -> str:
        return self.columns.get(name, name)

    def cell(self, name: str) -> str:
        return self.cells.get(self.column(name), "")

    def fault(self, name: str, code: str, value: str = "", **params: object) -> Fault:
        return PersonFault(self.number, self.column(name), value, code, params)

    def identity(self) -> list[Fault]:
        """List what is wrong with name and address."""
        empty = [name for name in REQUIRED if not self.cell(name)]
        found = [self.fault(name, "missing_value") for name in empty]
        for name, limit in ((NAME, LONGEST_NAME), (EMAIL, LONGEST_EMAIL)):
            if len(self.cell(name)) > limit:
                found.append(self.fault(name, "too_long", limit=limit))
        if self.cell(EMAIL) and not found and identity_faults(self.cell(EMAIL), "name"):
            found.append(self.fault(EMAIL, "bad_email"))
        return found

    def grants(self, units: Mapping[str, int], faults: list[Fault]) -> list[Grant]:
        """Read the roles, and the unit for which they are to hold."""
        code = self.cell(UNIT)
        if code and code not in units:
            faults.append(self.fault(UNIT, "unknown_unit_code", code))
            return []
        found = []
        for word in filter(None, map(str.strip, self.cell(ROLES).split(";"))):
            role = role_called(word)
            wrong = self._role_fault(word, role, code)
            if wrong is not None:
                faults.append(wrong)
            elif role is not None:
                found.append(Grant(role, units[code] if code else None))
        return found

    def _role_fault(self, word: str, role: Role | None, code: str) -> Fault | None:
        if role is None:
            allowed = "; ".join(names[0] for names in ROLE_NAMES.values())
            return self.fault(ROLES, "unknown_role", word, allowed=allowed)
        if code and role in EVERYWHERE_ONLY:
            return self.fault(ROLES, "role_everywhere_only", word)
        if not code and role is Role.AGENCY:
            return self.fault(UNIT, "role_needs_unit", word)
        return None


def role_called(word: str) -> Role | None:
    """Find the role that offices call so, in any case, with or without accents."""
    called = {folded(name): role for role, names in ROLE_NAMES.items() for name in names}
    return called.get(folded(word))
