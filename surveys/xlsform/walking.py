"""The rows of the sheet "survey" become sections, one after the other."""

from surveys.xlsform.exporting import INTRO, THANKS
from surveys.xlsform.question_rows import TABLE_LIST, Document, QuestionRows, piped, truth
from surveys.xlsform.tables import Line

UNGROUPED = "cau_hoi"


class Walk:
    """Goes down the survey, row by row, and knows which group it is in.

    Attributes
    ----------
    sections : list of dict
        What was read so far.
    notes : dict of name to wording
        The words before and after the questions.
    section_line, matrix_line : Line or None
        Where the open groups began.
    """

    def __init__(self, rows: QuestionRows, titles: dict[str, str]) -> None:
        self.rows, self.places, self.refuse = rows, rows.places, rows.refuse
        self.titles = titles
        self.sections: list[Document] = []
        self.notes: dict[str, dict[str, str]] = {}
        self.section_line: Line | None = None
        self.matrix_line: Line | None = None
        self.matrix: Document | None = None
        self.loose = False

    def step(self, line: Line) -> None:
        """Take a row."""
        match line.cell("type").replace(" group", "_group"):
            case "begin_group":
                self.begin(line)
            case "end_group":
                self.end(line)
            case "note" if self.section_line is None and line.cell("name") in (INTRO, THANKS):
                self.notes[line.cell("name")] = line.wording("label")
            case _:
                self.ask(line)

    def begin(self, line: Line) -> None:
        """Open a group."""
        appearance = line.cell("appearance")
        if self.section_line is None:
            if appearance not in ("", "field-list"):
                self.refuse(line, "appearance", "unknown_appearance", appearance)
            self.section_line = line
            self.open_section(line, line.cell("name"), piped(line.wording("label")))
        elif self.matrix_line is not None or TABLE_LIST not in appearance.split():
            self.refuse(line, "type", "group_too_deep")
            self.matrix_line, self.matrix = self.matrix_line or line, None
        else:
            self.begin_matrix(line)

    def open_section(self, line: Line, code: str, titles: dict[str, str]) -> None:
        """Begin a section."""
        made: Document = {"code": code, "titles": titles, "questions": []}
        if line.cell("shuffled") and self.section_line is line:
            made["shuffled"] = truth(line.cell("shuffled"))
        self.put(f"sections[{len(self.sections)}]", line, made, group=self.section_line is line)
        self.sections.append(made)

    def put(self, path: str, line: Line, made: Document, *, group: bool) -> None:
        """Note the place of a group, and what it says of being asked."""
        self.places.put(path, line)
        if group:
            made.update(_condition(line))

    def begin_matrix(self, line: Line) -> None:
        """Begin a matrix."""
        made: Document = {
            "code": line.cell("name"),
            "kind": "matrix",
            "texts": piped(line.wording("label")),
            "rows": [],
        }
        for name in ("faces", "shuffled"):
            if line.cell(name):
                made[name] = truth(line.cell(name))
        self.put(self.next_path(), line, made, group=True)
        self.sections[-1]["questions"].append(made)
        self.matrix, self.matrix_line = made, line

    def end(self, line: Line) -> None:
        """Close the innermost group."""
        if self.matrix_line is not None:
            self.matrix = self.matrix_line = None
        elif self.section_line is not None:
            self.section_line, self.loose = None, False
        else:
            self.refuse(line, "type", "not_opened")

    def ask(self, line: Line) -> None:
        """Read a question where the walk stands."""
        if self.section_line is None and not self.loose:
            # Questions outside of groups make a section under the title of the form.
            self.open_section(line, f"{UNGROUPED}_{len(self.sections) + 1}", self.titles)
            self.loose = True
        if self.matrix_line is not None:
            if self.matrix is not None:
                self.ask_row(line, self.matrix)
            return
        found = self.rows.question(line, self.next_path())
        if found is not None:
            self.sections[-1]["questions"].append(found | _condition(line))

    def ask_row(self, line: Line, matrix: Document) -> None:
        """Read a row of a matrix."""
        path = f"{self.next_path(-1)}.rows[{len(matrix['rows'])}]"
        found = self.rows.question(line, path)
        if found is None:
            return
        if found["kind"] != "scale" or matrix.get("scale", found["scale"]) != found["scale"]:
            self.refuse(line, "type", "not_a_row")
            return
        matrix["scale"] = found.pop("scale")
        del found["kind"]
        matrix["rows"].append(found | _condition(line))

    def next_path(self, offset: int = 0) -> str:
        """Give the path of the next question of the section."""
        section = len(self.sections) - 1
        return f"sections[{section}].questions[{len(self.sections[-1]['questions']) + offset}]"


def _condition(line: Line) -> Document:
    """Keep both columns of conditions until the questions are known."""
    return {name: line.cell(name) for name in ("relevant", "only_if") if line.cell(name)}
