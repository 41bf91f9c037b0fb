"""Tables, one file for each subject. They hold columns and constraints, no behaviour."""

from app.models.accounts import Account, RoleGrant, SignIn
from app.models.boxes import Answer, Box, Comment, MixingKey, Receipt
from app.models.frames import Dossier, Frame
from app.models.indexes import CriteriaSet, Cycle, Estimation, IndexResult, ScoreEntry
from app.models.jobs import Job, Upload
from app.models.log import LogEntry, LogHead
from app.models.rounds import Ballot, Cell, FrameDraw, Round, Token
from app.models.units import Unit, UnitPredecessor

__all__ = [
    "Account",
    "Answer",
    "Ballot",
    "Box",
    "Cell",
    "Comment",
    "CriteriaSet",
    "Cycle",
    "Dossier",
    "Estimation",
    "Frame",
    "FrameDraw",
    "IndexResult",
    "Job",
    "LogEntry",
    "LogHead",
    "MixingKey",
    "Receipt",
    "RoleGrant",
    "Round",
    "ScoreEntry",
    "SignIn",
    "Token",
    "Unit",
    "UnitPredecessor",
    "Upload",
]
