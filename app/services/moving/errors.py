"""What can be wrong with an archive, a backup, or the place it should go to."""

from app.services.errors import ServiceError
from app.texts import N_


class DamagedError(ServiceError):
    """The file is not what was written: nothing of it is used."""

    message = N_("The file is damaged (%(place)s): nothing was stored.")


class OtherRevisionError(ServiceError):
    """The archive was written by a program with other tables."""

    message = N_(
        "The archive has database version %(archive)s, this program has %(program)s. Load it with "
        "the program that wrote it (%(release)s), then upgrade that database."
    )


class NotMigratedError(ServiceError):
    """The database itself is not at the program's version."""

    message = N_(
        "The database has version %(present)s, this program needs %(program)s: run khaosat migrate."
    )


class NotEmptyError(ServiceError):
    """There is data where an archive should go."""

    message = N_("The database is not empty (table %(table)s): nothing was stored.")


class UnsuitableError(ServiceError):
    """A value of one database that the other one, or the archive, cannot hold."""

    message = N_("A value in table %(table)s cannot be stored there: nothing was stored.")


class WrongKeyError(ServiceError):
    """Another passphrase or key file than the one the file was closed with."""

    message = N_("The passphrase or key file does not open this file.")


class WeakKeyError(ServiceError):
    """A passphrase or key file that does not protect anything."""

    message = N_("A passphrase needs at least 15 characters, a key file at least 32 bytes.")


class ExistsError(ServiceError):
    """A file is never overwritten."""

    message = N_("There is a file %(name)s already: choose another name.")


class ConfirmationError(ServiceError):
    """What was typed is not what was asked for."""

    message = N_("The confirmation does not match: nothing was changed.")
