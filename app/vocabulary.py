"""Closed lists of words that tables, services and pages share."""

from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person may be; more roles come with unit scopes."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    HOME_AFFAIRS = "home_affairs"


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


class JobKind(StrEnum):
    """Work that the worker knows how to do."""

    IMPORT_FRAME = "import_frame"
    DRAW = "draw"
    OPEN_ROUND = "open_round"
    MIX = "mix"
    CLOSE_ROUND = "close_round"
    ESTIMATE = "estimate"
    IMPORT_CRITERIA = "import_criteria"
    IMPORT_SCORES = "import_scores"
    MERGE = "merge"
    DEMO = "demo"


class CellLevel(StrEnum):
    """How much an answer may still say about where it came from."""

    STRATUM = "stratum"
    UNIT = "unit"
    ROUND = "round"


class Door(StrEnum):
    """How a ballot was reached."""

    SLIP = "slip"
    SMS = "sms"
    POSTER = "poster"
