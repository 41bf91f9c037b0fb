"""Accounts made by hand on the server."""

import secrets
import sys

import click

from app import create_app
from app.clock import LOCAL
from app.commands.serving import settings_or_stop
from app.queries import people, units
from app.services import account_links, second_factor_duty, second_factor_resets
from app.services.account_links import IssuedLink
from app.services.accounts import NewAccount, add_account
from app.services.errors import InvalidInputError, NotFoundError, ServiceError
from app.services.recording import SYSTEM
from app.texts import N_
from app.vocabulary import Role
from app.web.errors import told


@click.group()
def user() -> None:
    """Tài khoản người dùng."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Họ tên; mặc định là phần đầu địa chỉ.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role])
)
@click.option("--unit", "code", default="", help="Mã đơn vị; bỏ trống là toàn tỉnh.")
@click.option("--password", default="", help="Bỏ trống để chương trình đặt hộ.")
def add(email: str, name: str, roles: tuple[str, ...], code: str, password: str) -> None:
    """Thêm một tài khoản và in mật khẩu."""
    chosen = password or secrets.token_urlsafe(15)
    with create_app(settings_or_stop()).app_context():
        try:
            new = NewAccount(
                email,
                name or email.split("@", maxsplit=1)[0],
                chosen,
                tuple(map(Role, roles)),
                unit_of(code),
            )
            person = add_account(SYSTEM, new)
        except ServiceError as error:
            click.echo(told(error), err=True)
            sys.exit(1)
    held = ", ".join(sorted(person.roles))
    click.echo(f"{person.email}\t{held}" + (f"\t{code}" if code else ""))
    if not password:
        click.echo(f"Mật khẩu: {chosen}")


@user.command()
@click.argument("email")
@click.option(
    "--without-second-factor",
    "start_anew",
    is_flag=True,
    help="Gỡ cả lớp xác thực thứ hai và mật khẩu cũ: cho người đã mất cả hai.",
)
def link(email: str, start_anew: bool) -> None:
    """In liên kết đặt mật khẩu, dùng một lần, cho người không vào được nữa."""
    settings = settings_or_stop()
    with create_app(settings).app_context():
        try:
            issued = issue_at_the_machine(email, start_anew=start_anew)
        except ServiceError as error:
            click.echo(told(error), err=True)
            sys.exit(1)
    until = issued.expires_at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M")
    click.echo(f"{settings.address}/join/{issued.token}")
    click.echo(f"Dùng một lần, đến {until}.")


def issue_at_the_machine(email: str, *, start_anew: bool) -> IssuedLink:
    """Make a link for the person of an address."""
    account = people.account_by_email(email)
    if account is None:
        raise NotFoundError(N_("No account has this e-mail address."))
    if start_anew:
        return second_factor_resets.reset_at_the_machine(account.id)
    return account_links.issue(SYSTEM, account.id)


@user.command("second-factor")
@click.option("--required/--optional", default=True, help="Bắt buộc, hoặc để mỗi người tự chọn.")
def second_factor(required: bool) -> None:
    """Bắt buộc lớp xác thực thứ hai với quản trị, Sở Nội vụ, thẩm định, phê duyệt, hoặc thôi."""
    with create_app(settings_or_stop()).app_context():
        second_factor_duty.require(SYSTEM, required)
    click.echo("Bắt buộc." if required else "Không bắt buộc.")


def unit_of(code: str) -> int | None:
    """Find the unit for which roles are to hold; none stands for everywhere.

    Raises
    ------
    InvalidInputError
        If no unit has this code.
    """
    if not code:
        return None
    found = units.by_code(code)
    if found is None:
        raise InvalidInputError(N_("No unit has the code %(code)s."), code=code)
    return found.id
