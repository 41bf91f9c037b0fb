"""Closed lists of words that tables, services and pages share."""

from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person may be, everywhere or for the units of a grant."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    ENUMERATOR = "enumerator"
    AGENCY = "agency"
    VERIFIER = "verifier"
    INSPECTOR = "inspector"
    HOME_AFFAIRS = "home_affairs"
    APPROVER = "approver"


class LinkPurpose(StrEnum):
    """Why somebody got a link that lets them choose a password."""

    INVITATION = "invitation"
    RESET = "reset"


class UnitLevel(StrEnum):
    """Tier of government."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"


class UnitKind(StrEnum):
    """Kind of unit within its level."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    CENTRAL_AGENCY = "central_agency"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    SPECIAL_ZONE = "special_zone"


class RoundState(StrEnum):
    """Where a survey round stands."""

    PLANNED = "planned"
    FRAMED = "framed"
    DRAWN = "drawn"
    OPEN = "open"
    CLOSED = "closed"
    WEIGHTED = "weighted"
    ESTIMATED = "estimated"


class CeremonyState(StrEnum):
    """Where the ceremony of a draw stands (0053)."""

    REVEALING = "revealing"
    REVEALED = "revealed"
    STOPPED = "stopped"
    NUMBERED = "numbered"


class AbsentRule(StrEnum):
    """What is done when a party of a ceremony does not reveal; told beforehand."""

    GO_ON = "go_on"
    STOP = "stop"


class NumberKind(StrEnum):
    """Where the public number of a ceremony comes from."""

    LOTTERY = "lottery"
    DICE = "dice"


class QuestionnaireState(StrEnum):
    """Where a version of a questionnaire stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CycleState(StrEnum):
    """Where the index of a year stands."""

    PLANNED = "planned"
    SELF_SCORING = "self_scoring"
    VERIFICATION_1 = "verification_1"
    EXPLANATION = "explanation"
    VERIFICATION_2 = "verification_2"
    INSPECTION = "inspection"
    COUNCIL = "council"
    MERGED = "merged"
    APPROVED = "approved"
    PUBLISHED = "published"


class JobState(StrEnum):
    """Where a piece of background work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    """Work that the worker knows how to do."""

    READ_FRAME = "read_frame"
    IMPORT_FRAME = "import_frame"
    REMOVE_FRAME = "remove_frame"
    COMMIT = "commit"
    FRAME_FILE = "frame_file"
    DRAW = "draw"
    OPEN_ROUND = "open_round"
    PRINT_SLIPS = "print_slips"
    PRINT_POSTERS = "print_posters"
    MATCH_CLAIMS = "match_claims"
    MIX = "mix"
    CLOSE_ROUND = "close_round"
    ESTIMATE = "estimate"
    IMPORT_CRITERIA = "import_criteria"
    READ_SCORES = "read_scores"
    IMPORT_SCORES = "import_scores"
    MERGE = "merge"
    IMPORT_PEOPLE = "import_people"
    ROTATE_KEY = "rotate_key"
    POST_BATCH = "post_batch"
    DEMO = "demo"


class FrameState(StrEnum):
    """Where a dossier list stands: being stored, in use, or taken back."""

    STAGED = "staged"
    CURRENT = "current"
    REMOVED = "removed"


class ArrivalState(StrEnum):
    """Where a list stands that came while a round asks (0049)."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    UNMAPPED = "unmapped"


class SourceKind(StrEnum):
    """What kind of file a remembered source sends."""

    FRAME = "frame"
    SCORES = "scores"


class ChangeKind(StrEnum):
    """What an import does to a score."""

    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"


class ChangeMark(StrEnum):
    """Why a changed score is worth a second look."""

    VERIFIED_ABOVE_SELF = "verified_above_self"
    ABOVE_MAXIMUM = "above_maximum"
    BIG = "big"


class CellLevel(StrEnum):
    """How much an answer may still say about where it came from.

    Dossiers that were not drawn and forms without a dossier have small trees of their own, so
    that their answers never mix with those that carry a weight. Answers for dossiers that the
    list does not hold yet are sealed for the cell that waits, which is never mixed. Drawn counter
    sessions carry a weight, but of their own: they have a tree too (0039).
    """

    MIXING = "mixing"
    STRATUM = "stratum"
    UNIT = "unit"
    ROUND = "round"
    VOLUNTEER_UNIT = "volunteer_unit"
    VOLUNTEER_ROUND = "volunteer_round"
    OPEN_UNIT = "open_unit"
    OPEN_ROUND = "open_round"
    WAITING = "waiting"
    SESSION = "session"
    SESSION_ROUND = "session_round"


class Half(StrEnum):
    """Half of a counter's day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Door(StrEnum):
    """How a ballot was reached."""

    SLIP = "slip"
    SMS = "sms"
    POSTER = "poster"
    RECEIPT = "receipt"
    SCREEN = "screen"
    CARD = "card"
    KIOSK = "kiosk"
    POST = "post"
    OPEN = "open"


class Trait(StrEnum):
    """What is counted of how answers came about, never kept with one."""

    DOOR = "door"
    DURATION = "duration"
    DEVICE = "device"
    ASSISTED = "assisted"  # drawn, but staff helped: counted with those not drawn (0045)


class Device(StrEnum):
    """What somebody answered on, as coarse as quality checks can use."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"


class CaseOutcome(StrEnum):
    """How an attempt to reach the person of a dossier ended, other than by an answer (0047)."""

    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    TEST_DOSSIER = "test_dossier"
    MOVED = "moved"
    DECEASED = "deceased"
    WRONG_CONTACT = "wrong_contact"
    OTHER = "other"


class CaseChannel(StrEnum):
    """Through what a person was asked, in the order in which channels follow one another."""

    SLIP = "slip"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


class PostBatchState(StrEnum):
    """Where a batch of forms stands that the post office carries (0051)."""

    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    RECHECKED = "rechecked"
    SETTLED = "settled"
