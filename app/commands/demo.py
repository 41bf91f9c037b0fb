"""The demo province on the command line."""

import sys

import click

from app import create_app
from app.commands.serving import bring_up_to_date, settings_or_stop
from app.queries import results
from app.queries.index_document import IndexDocument
from app.services.demo.playing import Demo, play
from app.services.errors import ServiceError
from app.web.errors import told


@click.command()
def demo() -> None:
    """Dựng tỉnh mẫu Đồng Nai: một đợt khảo sát và một chỉ số, từ đầu đến khi công bố."""
    settings = settings_or_stop()
    bring_up_to_date(settings)
    with create_app(settings).app_context():
        try:
            played = play(show_progress)
        except ServiceError as error:
            click.echo(f"{told(error)} (KHAOSAT_HOME={settings.folder})", err=True)
            sys.exit(1)
        found = results.result(played.result_id)
        assert found is not None
        show_ranking(found.document)
    show_where(played, settings.address)


def show_progress(done: int, total: int) -> None:
    """Tell how far it has come."""
    click.echo(f"  {done}/{total}", err=True)


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
    click.echo(f"\n{played.answers} câu trả lời trên {played.drawn} hồ sơ được chọn.")
    click.echo(f"Kết quả công bố:  {address}/public/{played.result_id}")
    click.echo(f"Rút mẫu công khai: {address}/public/draws/{played.round_id}")
    click.echo(f"Đăng nhập:        {address}/sign-in  (mật khẩu chung: {staff.password})")
    for person in (staff.administrator, staff.coordinator, staff.home_affairs, staff.approver):
        click.echo(f"  {person.email:<28} {', '.join(sorted(person.roles))}")
    click.echo("Chạy trang web bằng: make run")
