"""Accounts made by hand on the server."""

import secrets
import sys

import click

from app import create_app
from app.commands.serving import settings_or_stop
from app.services.accounts import NewAccount, add_account
from app.services.errors import ServiceError
from app.services.recording import SYSTEM
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
@click.option("--password", default="", help="Bỏ trống để chương trình đặt hộ.")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Thêm một tài khoản và in mật khẩu."""
    chosen = password or secrets.token_urlsafe(15)
    new = NewAccount(
        email, name or email.split("@", maxsplit=1)[0], chosen, tuple(map(Role, roles))
    )
    with create_app(settings_or_stop()).app_context():
        try:
            person = add_account(SYSTEM, new)
        except ServiceError as error:
            click.echo(told(error), err=True)
            sys.exit(1)
    click.echo(f"{person.email}\t{', '.join(sorted(person.roles))}")
    if not password:
        click.echo(f"Mật khẩu: {chosen}")
