"""`khaosat sample commit`: a secret and its commitment for a party of a ceremony, offline."""

import json
import os
import secrets
from pathlib import Path

import click

from app.commands.reporting import locale, print_json
from sampling.seeding import SECRET_BYTES, commitment, tidy
from sampling.spoken_secrets import words_of

SECRET_MODE = 0o600
TEXTS = {
    "vi": "Cam kết của «{party}», giao cho cơ quan tổ chức:\n{commitment}\n\n"
    "Số bí mật, giữ kín trong {file} cho đến buổi rút mẫu. Đọc bằng từ:\n{words}\n"
    "Mất số này thì bên mình bị ghi là không mở: hãy chép thêm một bản, bỏ phong bì niêm phong.",
    "en": "Commitment of «{party}», to hand in to the office:\n{commitment}\n\n"
    "The secret is in {file}; show it to nobody before the ceremony. To read it out:\n{words}\n"
    "Without it your party counts as silent: copy it and seal the copy in an envelope.",
}
NO_NAME = {"vi": "bên tham gia phải có tên", "en": "the party needs a name"}
EXISTS = {
    "vi": "{file} đã có: mỗi số bí mật chỉ dùng một lần, hãy ghi ra tệp khác",
    "en": "{file} exists: a secret is used once, write to another file",
}


@click.command()
@click.argument("party", metavar="TÊN")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Tệp giữ số bí mật; chỉ mình đọc được.",
)
@click.option("--json", "as_json", is_flag=True, help="In cam kết dạng JSON.")
def commit(party: str, out: Path, *, as_json: bool) -> None:
    """Tạo số bí mật và cam kết cho một bên của buổi rút mẫu nhiều bên; không cần mạng.

    TÊN phải đúng như cơ quan tổ chức công bố, ví dụ "Thanh tra tỉnh".
    """
    if not tidy(party):
        raise click.UsageError(NO_NAME[locale()])
    secret = secrets.token_bytes(SECRET_BYTES)
    told = {"party": tidy(party), "commitment": commitment(secret, party)}
    kept = {**told, "secret": secret.hex(), "words": words_of(secret)}
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
    except FileExistsError as error:
        raise click.UsageError(EXISTS[locale()].format(file=out)) from error
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    if as_json:
        print_json(told)
    else:
        click.echo(TEXTS[locale()].format(file=out, **{**kept, "words": rows(kept["words"])}))


def rows(words: str) -> str:
    """Set sixteen words in four rows."""
    each = words.split()
    return "\n".join(" ".join(each[at : at + 4]) for at in range(0, len(each), 4))
