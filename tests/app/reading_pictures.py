"""Reading a QR code from its drawing, as a phone would."""

import re

import zxingcpp
from PIL import Image, ImageDraw

SCALE = 8


def read_picture(svg: str) -> str:
    """Draw the strokes of a code and read it."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (size * SCALE, size * SCALE), 255)
    draw = ImageDraw.Draw(image)
    x = y = 0.0
    for kind, numbers in re.findall(
        r"([Mmh])([\d. ]+)", re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    ):
        values = [float(value) for value in numbers.split()]
        if kind == "M":
            x, y = values
        elif kind == "m":
            x += values[0]
        else:
            right = x + values[0]
            corners = [x * SCALE, (y - 0.5) * SCALE, right * SCALE - 1, (y + 0.5) * SCALE - 1]
            draw.rectangle(corners, fill=0)
            x = right
    [read] = zxingcpp.read_barcodes(image)
    return read.text
