"""What the closed lists of words are called on pages."""

from enum import StrEnum

from flask_babel import gettext

from app.texts import N_
from app.vocabulary import JobKind, Role, UnitKind

NAMES: dict[StrEnum, str] = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.COORDINATOR: N_("survey coordinator"),
    Role.ENUMERATOR: N_("enumerator"),
    Role.AGENCY: N_("self-scoring agency"),
    Role.VERIFIER: N_("verifying agency"),
    Role.INSPECTOR: N_("field inspector"),
    Role.HOME_AFFAIRS: N_("Department of Home Affairs"),
    Role.APPROVER: N_("approver"),
    JobKind.READ_FRAME: N_("Reading of a dossier list"),
    JobKind.IMPORT_FRAME: N_("Import of a dossier list"),
    JobKind.REMOVE_FRAME: N_("Removal of a dossier list"),
    JobKind.ROTATE_KEY: N_("New key for personal data"),
    JobKind.COMMIT: N_("Commitment to a plan"),
    JobKind.FRAME_FILE: N_("Dossier list with salts"),
    JobKind.DRAW: N_("Draw of the sample"),
    JobKind.OPEN_ROUND: N_("Opening of a round"),
    JobKind.PRINT_SLIPS: N_("Printing of slips"),
    JobKind.PRINT_POSTERS: N_("Printing of posters"),
    JobKind.MATCH_CLAIMS: N_("Matching of answers whose dossier was not listed yet"),
    JobKind.MIX: N_("Mixing of answers"),
    JobKind.CLOSE_ROUND: N_("Closing of a round"),
    JobKind.ESTIMATE: N_("Estimation"),
    JobKind.IMPORT_CRITERIA: N_("Import of a criteria set"),
    JobKind.READ_SCORES: N_("Reading of scores"),
    JobKind.IMPORT_SCORES: N_("Import of scores"),
    JobKind.MERGE: N_("Merging of an index"),
    JobKind.IMPORT_PEOPLE: N_("Import of people"),
    JobKind.POST_BATCH: N_("Forms for the post office"),
    JobKind.DEMO: N_("Demo province"),
}
UNIT_KINDS: dict[StrEnum, str] = {
    UnitKind.PROVINCE: N_("province"),
    UnitKind.DEPARTMENT: N_("department"),
    UnitKind.CENTRAL_AGENCY: N_("central agency in the province"),
    UnitKind.DISTRICT: N_("district (until 30 June 2025)"),
    UnitKind.COMMUNE: N_("commune"),
    UnitKind.WARD: N_("ward"),
    UnitKind.SPECIAL_ZONE: N_("special zone"),
}
# Words of different lists may be spelled alike, so each list has its own table.
TABLES = {Role: NAMES, JobKind: NAMES, UnitKind: UNIT_KINDS}


def label(word: StrEnum) -> str:
    """Return what a word is called in the reader's language."""
    return str(gettext(TABLES[type(word)][word]))
