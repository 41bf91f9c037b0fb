"""What the columns of a frame and the words of its closed columns are called on pages."""

from app.texts import N_

# Heading of a group of columns, and the targets in it.
GROUPS = (
    (N_("The dossier"), ("code", "status", "channel", "field", "procedure", "respondent_kind")),
    (N_("Units"), ("unit", "receiving_unit", "resolving_unit")),
    (N_("Days"), ("received", "due", "finished", "step_at")),
    (
        N_("Who may be asked"),
        (
            *("phone", "name", "person_role", "owner_phone", "owner_name"),
            *("submitter_phone", "submitter_name", "authorised_phone", "authorised_name"),
            *("taker_phone", "taker_name", "tax_code", "language"),
            *("phone_group", "digits_hash"),
        ),
    ),
)

TARGET_NAMES = {
    "code": N_("Dossier code"),
    "unit": N_("Rated unit"),
    "receiving_unit": N_("Receiving unit"),
    "resolving_unit": N_("Resolving unit"),
    "field": N_("Field of work"),
    "procedure": N_("Procedure"),
    "respondent_kind": N_("Kind of respondent"),
    "channel": N_("Channel"),
    "status": N_("Status"),
    "received": N_("Day of receipt"),
    "due": N_("Promised day"),
    "finished": N_("Day of the result"),
    "step_at": N_("Moment of the step"),
    "person_role": N_("Role of the person"),
    "name": N_("Name"),
    "phone": N_("Phone"),
    "owner_name": N_("Name of the owner"),
    "owner_phone": N_("Phone of the owner"),
    "submitter_name": N_("Name of the submitter"),
    "submitter_phone": N_("Phone of the submitter"),
    "authorised_name": N_("Name of the authorised person"),
    "authorised_phone": N_("Phone of the authorised person"),
    "taker_name": N_("Name of who takes the result"),
    "taker_phone": N_("Phone of who takes the result"),
    "tax_code": N_("Tax code"),
    "language": N_("Language"),
    "phone_group": N_("Group of equal phones (minimised list)"),
    "digits_hash": N_("Hash of the last digits (minimised list)"),
}

WORDS = {
    "status": (
        ("received", N_("received, under way")),
        ("solved", N_("solved")),
        ("returned", N_("result handed out")),
        ("refused", N_("refused")),
        ("stopped", N_("stopped")),
        ("withdrawn", N_("withdrawn")),
        ("supplement", N_("waiting for a supplement")),
    ),
    "respondent_kind": (
        ("citizen", N_("citizen")),
        ("business", N_("business or organisation")),
        ("household_business", N_("household business")),
    ),
    "channel": (
        ("counter", N_("at the counter")),
        ("online", N_("online")),
        ("post", N_("by post")),
    ),
    "person_role": (
        ("owner", N_("owner")),
        ("submitter", N_("submitter")),
        ("authorised", N_("authorised person")),
        ("taker", N_("who takes the result")),
    ),
}
