"""The command `khaosat`: one lazy group, so that no command pays for another's imports."""

import importlib

import click

COMMANDS = {
    "run": ("app.commands.serving", "run"),
    "worker": ("app.commands.working", "worker"),
    "migrate": ("app.commands.serving", "migrate"),
    "demo": ("app.commands.demo", "demo"),
    "user": ("app.commands.users", "user"),
    "units": ("app.commands.units", "units"),
    "keys": ("app.commands.keys", "keys"),
    "questionnaire": ("app.commands.questionnaire", "questionnaire"),
    "frame": ("app.commands.frame", "frame"),
    "sample": ("app.commands.sample", "sample"),
    "weigh": ("app.commands.weigh", "weigh"),
    "estimate": ("app.commands.estimate", "estimate"),
    "index": ("app.commands.index", "index"),
    "audit": ("app.commands.audit", "audit"),
    "asked": ("app.commands.asked", "asked"),
    "rounds": ("app.commands.rounds", "rounds"),
    "data": ("app.commands.data", "data"),
    "backup": ("app.commands.backup", "backup"),
    "restore": ("app.commands.restore", "restore"),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was called for."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="khaosat")
def main() -> None:
    """Khảo sát CCHC: từ danh sách hồ sơ đến chỉ số được công bố."""
