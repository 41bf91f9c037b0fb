"""`khaosat sample draw`: a draw from files that anybody can re-check, in two or three calls.

The first call commits, before the public number is out. The second draws with the number. The
secret is revealed by a last call, when the answers are in.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.reporting import locale, print_json, stop_over
from app.commands.sample_apart import check_kept, frame_of, hand_on, heed
from app.commands.sample_draw_texts import refuse, said
from app.commands.sample_papers import Papers
from sampling.draw_plan import DrawPlan, read_draw_plan
from sampling.draw_record import ARRIVING, Promise, canonical
from sampling.errors import SamplingError
from sampling.public_draw import MAIN, PublicDraw, drawn, promised
from sampling.record_reading import read_promise
from sampling.salted_frame import KEY_BYTES, SaltedFrame
from sampling.seeding import SECRET_BYTES

INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("plan_path", metavar="PLAN.yaml", type=INPUT)
@click.argument("frame_path", metavar="[FRAME.csv]", type=INPUT, required=False)
@click.option("--out", metavar="FOLDER", type=FOLDER, required=True, help="Thư mục hồ sơ rút mẫu.")
@click.option("--number", help="Số công khai, đúng như nguồn đã nêu công bố.")
@click.option("--asked", metavar="ASKED.txt", type=INPUT, help="Người đã hỏi (method: apart).")
@click.option("--reveal", is_flag=True, help="Ghi số bí mật để công bố, sau khi thu phiếu xong.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def draw(
    plan_path: Path,
    frame_path: Path | None,
    out: Path,
    number: str | None,
    asked: Path | None,
    *,
    reveal: bool,
    as_json: bool,
) -> None:
    """Rút mẫu công khai: lần đầu cam kết; có số công khai thì rút; sau cùng mở số bí mật.

    PLAN ghi phương pháp, cách phân tầng, cỡ mẫu và nguồn của số công khai. Hồ sơ đến đâu chọn đến
    đó (method: arriving): cam kết trước kỳ, không kèm danh sách; sau đó chạy lại với danh sách.
    Không hỏi ai hai lần (method: apart): danh sách có cột phone_group, --asked là asked_next.txt
    của lần rút trước.
    """
    plan, faults = read_draw_plan(plan_path.read_bytes())
    if plan is None:
        stop_over(plan_path, faults, as_json=as_json)
    papers = Papers(out)
    try:
        if reveal:
            told = revealed(papers)
        elif not papers.commitment.exists():
            if number is not None:
                refuse("number_too_soon")
            told = committed(papers, plan, frame_path, asked, as_json=as_json)
        else:
            if asked is not None:
                refuse("asked_too_late")
            told = sampled(papers, plan, frame_path, number, as_json=as_json)
    except SamplingError as error:
        raise click.ClickException(error.message(locale())) from error
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    if as_json:
        print_json(told)
    else:
        click.echo(said(str(told.pop("step")), **told))


def committed(
    papers: Papers, plan: DrawPlan, frame_path: Path | None, asked: Path | None, *, as_json: bool
) -> dict[str, object]:
    """Freeze the list and commit to a secret; the commitment is written last."""
    if plan.method == ARRIVING and frame_path is not None:
        refuse("list_too_soon")
    papers.folder.mkdir(parents=True, exist_ok=True)
    if papers.secret.exists():
        refuse("half_committed", path=papers.secret)
    secret, leaf_key = secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(KEY_BYTES)
    heeded = heed(papers, plan.method, asked, as_json=as_json)
    frame = None
    if plan.method != ARRIVING:
        frame, _ = frame_of(frame_path, leaf_key, heeded, papers, as_json=as_json)
    time = datetime.now(UTC).isoformat(timespec="seconds")
    promise = promised(plan, frame, secret, time, heeded)
    papers.keep_secret(secret, leaf_key)
    if frame is not None:
        papers.frame.write_bytes(frame.csv())
        papers.leaves.write_bytes(frame.leaves)
    papers.commitment.write_bytes(canonical(promise.document()))
    papers.add_verifier()
    return {
        "step": "promised" if frame is None else "committed",
        "commitment": promise.hash(),
        "frame_hash": promise.freeze.hash if promise.freeze else "",
        "dossiers": promise.freeze.dossiers if promise.freeze else 0,
        "source": promise.commitment.source,
        "file": str(papers.commitment),
    }


def sampled(
    papers: Papers, plan: DrawPlan, frame_path: Path | None, number: str | None, *, as_json: bool
) -> dict[str, object]:
    """Draw what was committed to, once; dossiers that arrive are decided on in every call."""
    promise = promise_of(papers, plan, as_json=as_json)
    arriving = promise.method == ARRIVING
    if papers.revealed.exists() or (papers.record.exists() and not arriving):
        refuse("drawn_already", path=papers.record)
    if arriving == (number is not None):
        refuse("no_number_used" if arriving else "number_needed", source=promise.commitment.source)
    secret, leaf_key = papers.kept()
    check_kept(papers, promise)
    frame, groups = frame_of(frame_path, leaf_key, promise.asked, papers, as_json=as_json)
    done = drawn(promise, frame, [secret], number or "")
    if arriving:
        check_grown(papers, frame)
        papers.frame.write_bytes(frame.csv())
        papers.leaves.write_bytes(frame.leaves)
    if promise.asked:
        hand_on(papers, done, groups)
    papers.write_rows(done.rows)
    papers.record.write_bytes(canonical(done.record.document()))
    return counts(papers, done)


def check_grown(papers: Papers, frame: SaltedFrame) -> None:
    """Refuse a list of arriving dossiers that has lost some since the last call."""
    before = {*papers.leaves.read_bytes().split()} if papers.leaves.exists() else set[bytes]()
    gone = before - {*frame.leaves.split()}
    if gone:
        refuse("dossiers_gone", count=len(gone))


def promise_of(papers: Papers, plan: DrawPlan, *, as_json: bool) -> Promise:
    """Read the commitment, which must be to the plan at hand."""
    promise, faults = read_promise(papers.commitment.read_bytes())
    if promise is None:
        stop_over(papers.commitment, faults, as_json=as_json)
    if promise.plan_hash != plan.hash:
        refuse("other_plan")
    return promise


def counts(papers: Papers, done: PublicDraw) -> dict[str, object]:
    """Tell what was drawn."""
    main = sum(row.role == MAIN for row in done.rows)
    return {
        "step": "drawn",
        "drawn": main,
        "reserves": len(done.rows) - main,
        "strata": len(done.record.result),
        "sample": str(papers.sample),
        "file": str(papers.record),
    }


def revealed(papers: Papers) -> dict[str, object]:
    """Write the secret out for everybody, once there is a record to check with it."""
    if not papers.record.exists():
        refuse("nothing_drawn")
    secret, _ = papers.kept()
    papers.revealed.write_text(json.dumps({"secrets": [secret.hex()]}), encoding="utf-8")
    return {"step": "revealed", "file": str(papers.revealed)}
