"""Fetch the front-end files that the site serves itself, and record what they are.

A maintainer runs ``python tools/vendor.py`` after changing a version below, looks at the
difference and commits it. Needs npm; nothing else in the project does.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "app" / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"

ICONS = """
arrow-left arrow-repeat arrow-right bar-chart-fill box-arrow-right caret-down-fill
caret-up-fill check-circle-fill check-lg chevron-down chevron-expand chevron-right
circle clock download exclamation-octagon-fill exclamation-triangle-fill hourglass-split inbox
info-circle-fill list person-circle play-circle-fill plus-lg printer search shuffle
stop-circle-fill upload x-circle-fill
"""


@dataclass(frozen=True)
class Package:
    """One npm package and the files taken from it unchanged (source path to target name)."""

    name: str
    version: str
    folder: str
    licence: str
    files: dict[str, str] = field(default_factory=dict)


FONT_FILES = [
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "vietnamese")
    for weight in (400, 600)
]
BOOTSTRAP = Package(
    "bootstrap",
    "5.3.9",
    "bootstrap",
    "MIT",
    {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE"},
)
FONT = Package(
    "@fontsource/be-vietnam-pro",
    "5.3.0",
    "be-vietnam-pro",
    "OFL-1.1",
    {f"files/{name}": name for name in FONT_FILES} | {"LICENSE": "LICENSE"},
)
EXCHANGE = Package(
    "htmx.org",
    "2.0.11",
    "htmx",
    "0BSD",
    {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
)
GLYPHS = Package("bootstrap-icons", "1.13.2", "bootstrap-icons", "MIT")


def pack(package: Package, into: Path) -> Path:
    """Download the package's archive with npm and return its path."""
    result = subprocess.run(
        ["npm", "pack", "--json", f"{package.name}@{package.version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    return into / str(json.loads(result.stdout)[0]["filename"])


def integrity(archive: Path) -> str:
    """Return the archive's digest in the form that npm publishes."""
    digest = hashlib.sha512(archive.read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """Read one file of an npm archive."""
    stream = archive.extractfile(f"package/{path}")
    if stream is None:
        raise FileNotFoundError(path)
    return stream.read()


def symbol(name: str, svg: str) -> str:
    """Turn one icon's file into a ``<symbol>`` of the sprite."""
    match = re.search(r'viewBox="([^"]+)">(.*)</svg>', svg, re.DOTALL)
    if match is None:
        raise ValueError(f"{name}: not an icon file")
    drawing = re.sub(r">\s+<", "><", match[2].strip())
    return f'<symbol id="{name}" viewBox="{match[1]}">{drawing}</symbol>'


def glyph_files(archive: tarfile.TarFile, mit_terms: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the sprite of the icons in use, and their licence.

    The package names its authors only in a style sheet's banner, so the terms are those of
    Bootstrap itself, published by the same authors under the same licence.
    """
    symbols = [
        symbol(name, member(archive, f"icons/{name}.svg").decode()) for name in ICONS.split()
    ]
    body = "\n".join(symbols)
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'
    yield "icons.svg", sprite.encode()
    banner = member(archive, "font/bootstrap-icons.css").decode()
    owner = re.search(r"Copyright .*", banner)
    if owner is None:
        raise ValueError("bootstrap-icons: no copyright line in its style sheet")
    terms = mit_terms.decode().split("\n\n", 2)[2]
    yield "LICENSE", f"The MIT License (MIT)\n\n{owner[0].strip()}\n\n{terms}".encode()


def known_integrity() -> dict[str, str]:
    """Return the digest of each archive fetched before, by ``name@version``."""
    if not MANIFEST.exists():
        return {}
    packages = json.loads(MANIFEST.read_text("utf-8"))["packages"]
    return {f"{p['name']}@{p['version']}": p["integrity"] for p in packages}


def fetch(package: Package, into: Path) -> tuple[Path, dict[str, str]]:
    """Download a package; refuse one that differs from what the manifest says it was."""
    archive = pack(package, into)
    label = f"{package.name}@{package.version}"
    digest = integrity(archive)
    if known_integrity().get(label, digest) != digest:
        raise SystemExit(f"{label} is not the archive that was fetched before")
    facts = {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "folder": package.folder,
        "integrity": digest,
    }
    return archive, facts


def write(package: Package, name: str, content: bytes) -> tuple[str, str]:
    """Write one file of a package and return its path and SHA-256."""
    target = VENDOR / package.folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return f"{package.folder}/{name}", hashlib.sha256(content).hexdigest()


def main() -> None:
    """Fetch every package, write its files and the manifest."""
    packages: list[dict[str, str]] = []
    files: dict[str, str] = {}
    mit_terms = b""
    with tempfile.TemporaryDirectory() as folder:
        for package in (BOOTSTRAP, FONT, EXCHANGE, GLYPHS):
            path, facts = fetch(package, Path(folder))
            packages.append(facts)
            with tarfile.open(path) as archive:
                contents = [(to, member(archive, at)) for at, to in package.files.items()]
                mit_terms = mit_terms or dict(contents)["LICENSE"]
                if package is GLYPHS:
                    contents += glyph_files(archive, mit_terms)
            files |= dict(write(package, name, content) for name, content in contents)
    manifest = {"packages": packages, "files": dict(sorted(files.items()))}
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"{len(files)} files written below {VENDOR}\n")


if __name__ == "__main__":
    main()
