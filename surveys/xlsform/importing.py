"""The sheets of a form become the document of a questionnaire, or the list of all faults."""

from collections.abc import Mapping, Sequence

from surveys.checking import check
from surveys.errors import QuestionnaireError
from surveys.questionnaire import Question
from surveys.reading import read_questionnaire
from surveys.xlsform.condition_cells import conditions
from surveys.xlsform.exporting import INTRO, PAGES, THANKS
from surveys.xlsform.faults import FormError, FormFault
from surveys.xlsform.headers import (
    CHOICES,
    FACTORS,
    REPLACES,
    SCALES,
    SETTINGS,
    SHEETS,
    SURVEY,
    language_code,
)
from surveys.xlsform.placing import Places
from surveys.xlsform.question_rows import (
    Document,
    Lists,
    QuestionRows,
    choices,
    exact,
    whole,
)
from surveys.xlsform.tables import Line, Sheets, read_table
from surveys.xlsform.walking import Walk

DEFAULT_LANGUAGE = "vi"


def from_sheets(sheets: Sheets) -> Document:
    """Read a form.

    Parameters
    ----------
    sheets : mapping of sheet name to rows of text
        The first row of each is its header; sheets and columns that nothing stands in may be
        left out.

    Returns
    -------
    dict
        A document without faults, for `surveys.reading.read_questionnaire`. A form written by
        other software gets a role (circumstance) for every question, and lengths for its texts.

    Raises
    ------
    FormError
        With everything to mend.
    """
    reader = _Reader(sheets)
    document = reader.document()
    questions = reader.questions(document)
    if questions is not None:
        reader.faults += conditions(document, reader.places, questions)
        reader.judge(document)
    if reader.faults:
        raise FormError(sorted(reader.faults, key=_order))
    return document


def _order(fault: FormFault) -> tuple[int, int]:
    place = SHEETS.index(fault.sheet) if fault.sheet in SHEETS else len(SHEETS)
    return place, fault.row or 0


class _Reader:
    def __init__(self, sheets: Sheets) -> None:
        self.faults: list[FormFault] = []
        self.places = Places()
        for name in sheets.keys() - set(SHEETS):
            if any(cell.strip() for row in sheets[name] for cell in row):
                self.faults.append(FormFault(name, None, "", "unknown_sheet", name))
        default = _default_language(sheets.get(SETTINGS, ()))
        self.tables = {
            name: read_table(name, sheets.get(name, ()), default, self.faults) for name in SHEETS
        }
        for name in (SURVEY, SETTINGS):
            if not self.tables[name].lines:
                self.faults.append(FormFault(name, None, "", "no_sheet", name))
        spoken = self.tables[SURVEY].languages or [default]
        self.languages = sorted(spoken, key=lambda code: code != default)
        self.lists = self._lists()
        self.rows = QuestionRows(self.lists, self.places, self.faults.append)

    def _lists(self) -> Lists:
        options: dict[str, list[Line]] = {}
        for line in self.tables[CHOICES].lines:
            options.setdefault(line.cell("list_name"), []).append(line)
        scales = {
            line.cell("list_name"): line.cell("satisfied_from")
            for line in self.tables[SCALES].lines
        }
        return Lists(options, scales)

    def document(self) -> Document:
        settings = next(iter(self.tables[SETTINGS].lines), Line(SETTINGS, 2, {}, {}))
        sections, notes = self.sections()
        found: Document = {
            "code": settings.cell("form_id"),
            "version": whole(settings.cell("version") or "1"),
            "languages": self.languages,
            "titles": self.titles(settings),
            "label": self.protection(settings),
            "intro": notes.get(INTRO, {}),
            "thanks": notes.get(THANKS, {}),
            "sections": sections,
        }
        for name in (INTRO, THANKS):
            if name not in notes and self.tables[SURVEY].lines:
                self.faults.append(FormFault(SURVEY, None, "", "no_note", name))
        paging = settings.cell("paging") or ("sections" if settings.cell("style") == PAGES else "")
        if settings.cell("style") not in ("", PAGES):
            self.refuse(settings, "style", "unknown_appearance", settings.cell("style"))
        extras = {
            "paging": paging,
            "drafts": settings.cell("drafts").split(),
            "factors": self.factors(),
            "scales": self.scales(),
            "replaces": self.replaces(),
        }
        self.refuse_unused()
        return found | {name: value for name, value in extras.items() if value}

    def titles(self, settings: Line) -> dict[str, str]:
        """Give the title in every language; one of a single language is that of the form."""
        title = settings.cell("form_title")
        alone = {self.languages[0]: title} if title else {}
        return settings.wording("heading") or alone

    def refuse(self, line: Line, column: str, code: str, value: object = None) -> None:
        self.faults.append(FormFault(line.sheet, line.number, column, code, value))

    def protection(self, settings: Line) -> dict[str, str]:
        found = settings.wording("protection")
        if not found and self.tables[SETTINGS].lines:
            self.refuse(settings, "protection", "no_protection")
        return found

    def factors(self) -> list[Document]:
        found = []
        for number, line in enumerate(self.tables[FACTORS].lines):
            self.places.put(f"factors[{number}]", line)
            made: Document = {"code": line.cell("code"), "titles": line.wording("title")}
            if line.cell("filled_from"):
                made["filled_from"] = line.cell("filled_from")
            found.append(made)
        return found

    def scales(self) -> list[Document]:
        found = []
        for number, line in enumerate(self.tables[SCALES].lines):
            path, name = f"scales[{number}]", line.cell("list_name")
            self.places.put(path, line)
            if name not in self.lists.options:
                self.refuse(line, "list_name", "unknown_list", name)
            options = choices(self.lists.options.get(name, ()), path, self.places)
            cut = exact(line.cell("satisfied_from"))
            found.append({"code": name, "satisfied_from": cut, "choices": options})
        return found

    def replaces(self) -> Document:
        found: Document = {}
        for line in self.tables[REPLACES].lines:
            new, old, reason = (line.cell(name) for name in ("new", "old", "reason"))
            self.places.put(f"replaces.{new}", line)
            found[new] = {"question": old, "reason": reason} if reason else old
        return found

    def refuse_unused(self) -> None:
        for name, options in self.lists.options.items():
            if name not in self.lists.used and name not in self.lists.scales:
                self.refuse(options[0], "list_name", "unused_list", name)

    def sections(self) -> tuple[list[Document], dict[str, dict[str, str]]]:
        """Read the survey: its sections, and the words before and after them."""
        settings = next(iter(self.tables[SETTINGS].lines), None)
        walk = Walk(self.rows, self.titles(settings) if settings else {})
        for line in self.tables[SURVEY].lines:
            walk.step(line)
        for group in (walk.matrix_line, walk.section_line):
            if group is not None:
                self.refuse(group, "type", "not_closed")
        return walk.sections, walk.notes

    def questions(self, document: Document) -> Mapping[str, Question] | None:
        """Read the document without its conditions; None, with faults noted, if that fails."""
        bare = {**document, "sections": [_bare(section) for section in document["sections"]]}
        try:
            read = read_questionnaire(bare)
        except QuestionnaireError as error:
            told = {fault.column for fault in self.faults if fault.sheet == SETTINGS}
            hidden = {"intro", "thanks"} | ({"label"} if "protection" in told else set())
            shown = [it for it in error.faults if it.path.partition(".")[0] not in hidden]
            if self.faults:
                # What is left of a group whose rows were refused says nothing new.
                shown = [it for it in shown if it.code != "empty" or it.value != []]
            self.faults += self.places.faults(shown)
            return None
        return {question.code: question for question in read.questions}

    def judge(self, document: Document) -> None:
        """Note the faults of the whole."""
        if self.faults:
            return
        try:
            found = read_questionnaire(document)
        except QuestionnaireError as error:
            self.faults += self.places.faults(error.faults)
        else:
            self.faults += self.places.faults(check(found))


def _bare(part: Document) -> Document:
    """Leave conditions out."""
    found = {name: value for name, value in part.items() if name not in ("only_if", "relevant")}
    for name in ("questions", "rows"):
        if name in found:
            found[name] = [_bare(inner) for inner in found[name]]
    return found


def _default_language(rows: Sequence[Sequence[str]]) -> str:
    for head, cell in zip(*rows[:2], strict=False) if len(rows) > 1 else ():
        if head.strip() == "default_language" and cell.strip():
            return language_code(cell) or DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE
