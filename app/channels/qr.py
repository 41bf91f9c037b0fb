"""QR codes as drawings, crisp at any size."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around a code, as ISO/IEC 18004 asks


def matrix(text: str) -> list[list[bool]]:
    """Give the modules of a code, True for dark, without the white around it.

    Level M: 15 % of the code may be stained or torn.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    modules: list[list[bool]] = code.get_matrix()
    return modules


def svg(text: str) -> str:
    """Draw a code as SVG, one unit for each module, with the white around it."""
    modules = matrix(text)
    size = len(modules) + 2 * QUIET
    runs = "".join(
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(modules)
        for start, length in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{runs}"/></svg>'
    )


def dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """List start and length of each run of dark modules.

    Examples
    --------
    >>> dark_runs([True, True, False, True])
    [(0, 2), (3, 1)]
    """
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
