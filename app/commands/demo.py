"""The demo province on the command line."""

import sys

import click

from app import create_app
from app.commands.serving import bring_up_to_date, settings_or_stop
from app.queries import results
from app.queries.index_document import IndexDocument
from app.services.demo import steps
from app.services.demo.playing import Demo, play
from app.services.demo.sizes import SIZES, SMALL
from app.services.demo.steps import Progress
from app.services.errors import ServiceError
from app.web.errors import told

TENTH = steps.EACH // 10
STEP_NAMES = (
    "Người dùng và đơn vị",
    "Danh sách hồ sơ",
    "Rút mẫu công khai",
    "Trả lời phiếu",
    "Trộn phiếu và ước lượng",
    "Chỉ số",
)


@click.command()
@click.option(
    "--size",
    type=click.Choice(SIZES),
    default=SMALL,
    show_default=True,
    help="small: 8 đơn vị, 2.000 hồ sơ, vài giây. large: mọi đơn vị, 40.000 hồ sơ, vài phút.",
)
def demo(size: str) -> None:
    """Dựng tỉnh mẫu Đồng Nai: khảo sát và chỉ số, từ đầu đến khi công bố."""
    settings = settings_or_stop()
    bring_up_to_date(settings)
    with create_app(settings).app_context():
        try:
            played = play(progress_shown(), size)
        except ServiceError as error:
            click.echo(f"{told(error)} (KHAOSAT_HOME={settings.folder})", err=True)
            sys.exit(1)
        found = results.result(played.result_id)
        assert found is not None
        show_ranking(found.document)
    show_where(played, settings.address)


def progress_shown() -> Progress:
    """Make the function that tells how far the demo has come, in tenths of each step."""
    told = -1

    def show(done: int, total: int) -> None:
        nonlocal told
        if done // TENTH > told:
            told = done // TENTH
            click.echo(f"  {100 * done // total:>3} %  {STEP_NAMES[steps.present(done)]}", err=True)

    return show


def show_ranking(index: IndexDocument) -> None:
    """Print the ranking of each group."""
    click.echo(index.name)
    for group in index.groups:
        click.echo(f"\n{group.title}")
        for unit in sorted(index.units, key=lambda unit: unit.rank):
            if unit.group == group.code:
                percent = f"{float(unit.percent):.{group.decimals}f}".replace(".", ",")
                band = unit.band or "chưa xếp nhóm"
                click.echo(f"  {unit.rank:>2}. {unit.name:<32} {percent:>6} %  {band}")


def show_where(played: Demo, address: str) -> None:
    """Say where to look and how to sign in."""
    staff = played.staff
    asked = f"{played.drawn} hồ sơ được chọn trong {played.dossiers}"
    click.echo(f"\n{played.answers} câu trả lời trên {asked}.")
    click.echo(f"Kết quả công bố:  {address}/public/{played.result_id}")
    for round_id in played.round_ids:
        click.echo(f"Rút mẫu công khai: {address}/public/draws/{round_id}")
    click.echo(f"Đăng nhập:        {address}/sign-in  (mật khẩu chung: {staff.password})")
    for person in staff.people:
        click.echo(f"  {person.email:<28} {', '.join(sorted(person.roles))}")
    click.echo("Chạy trang web bằng: make run")
