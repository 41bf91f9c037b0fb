"""Tables, one file for each subject. They hold columns and constraints, no behaviour."""

from app.models.accounts import (
    Account,
    AccountLink,
    RecoveryCode,
    RoleGrant,
    SignIn,
    SignInFailure,
)
from app.models.arriving import Arrival, ArrivedList, ArrivingPeriod
from app.models.asked import AskedOwner, FrozenList, FrozenOwner
from app.models.boxes import Answer, Box, Comment, MixingKey, PressureReport, Receipt
from app.models.cases import DrawnCase, ReserveRelease
from app.models.ceremonies import Ceremony, CeremonyParty
from app.models.doors import (
    ApiKey,
    Claim,
    Counter,
    CredentialCount,
    DoorTry,
    Kiosk,
    KioskTurn,
    OpenCount,
    OpenForm,
    ScreenCode,
    SlipRun,
)
from app.models.draw_records import KeptRecord
from app.models.frames import Contact, Dossier, Frame
from app.models.indexes import (
    CriteriaSet,
    Cycle,
    CycleRound,
    Estimation,
    IndexResult,
    ScoreEntry,
    ScoreImport,
)
from app.models.jobs import Job, JobFile, Lease, Upload
from app.models.log import LogEntry, LogHead
from app.models.office import Approval, OfficeSetting
from app.models.post_batches import PostBatch
from app.models.questionnaires import QuestionnaireVersion
from app.models.rounds import Ballot, Cell, FrameDraw, Round, Token
from app.models.sessions import CounterSession
from app.models.sources import DataKey, ImportSource
from app.models.tallies import Batch, FieldCount, FieldDay, FormTally, Tally
from app.models.units import Unit, UnitCrosswalk, UnitPredecessor
from app.models.voices import Voice
from app.models.waves import WavePlan

__all__ = [
    "Account",
    "AccountLink",
    "Answer",
    "ApiKey",
    "Approval",
    "Arrival",
    "ArrivedList",
    "ArrivingPeriod",
    "AskedOwner",
    "Ballot",
    "Batch",
    "Box",
    "Cell",
    "Ceremony",
    "CeremonyParty",
    "Claim",
    "Comment",
    "Contact",
    "Counter",
    "CounterSession",
    "CredentialCount",
    "CriteriaSet",
    "Cycle",
    "CycleRound",
    "DataKey",
    "DoorTry",
    "Dossier",
    "DrawnCase",
    "Estimation",
    "FieldCount",
    "FieldDay",
    "FormTally",
    "Frame",
    "FrameDraw",
    "FrozenList",
    "FrozenOwner",
    "ImportSource",
    "IndexResult",
    "Job",
    "JobFile",
    "KeptRecord",
    "Kiosk",
    "KioskTurn",
    "Lease",
    "LogEntry",
    "LogHead",
    "MixingKey",
    "OfficeSetting",
    "OpenCount",
    "OpenForm",
    "PostBatch",
    "PressureReport",
    "QuestionnaireVersion",
    "Receipt",
    "RecoveryCode",
    "ReserveRelease",
    "RoleGrant",
    "Round",
    "ScoreEntry",
    "ScoreImport",
    "ScreenCode",
    "SignIn",
    "SignInFailure",
    "SlipRun",
    "Tally",
    "Token",
    "Unit",
    "UnitCrosswalk",
    "UnitPredecessor",
    "Upload",
    "Voice",
    "WavePlan",
]
