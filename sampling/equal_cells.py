"""Equal cells of a table kept as one text, so that a large list takes little room."""

# Columns with more different cells than this are not worth remembering.
MOST_SHARED, LOOK_EVERY = 1 << 17, 1 << 10


class Sharing:
    """Keeps equal cells of a column as one text: most columns repeat themselves.

    A column in which hardly anything comes twice, such as codes and names, is given up.
    """

    def __init__(self) -> None:
        """Begin without any column."""
        self.known: list[dict[str, str] | None] = []
        self.rows = 0

    def row(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Give the cells of a row, each as the text that stood in its column before."""
        if len(cells) > len(self.known):
            self.known += [{} for _ in cells[len(self.known) :]]
        self.rows += 1
        if self.rows % LOOK_EVERY == 0:
            self.known = [
                None if known and len(known) > MOST_SHARED else known for known in self.known
            ]
        return tuple(
            [
                cell if known is None else known.setdefault(cell, cell)
                for cell, known in zip(cells, self.known, strict=False)
            ]
        )
