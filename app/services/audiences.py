"""Whom a questionnaire is for, and which dossiers of a list are theirs."""

from collections.abc import Mapping

from app.texts import N_

CITIZEN, BUSINESS = "citizen", "business"

# Kinds of respondent as dossier lists tell them. A dossier whose list tells none counts as a
# citizen's: leaving it out would take away somebody's chance to be asked.
RESPONDENTS: Mapping[str, tuple[str, ...]] = {
    CITIZEN: ("", "citizen"),
    BUSINESS: ("business", "household_business"),
}
KIND_NAMES: Mapping[str, str] = {
    "citizen": N_("citizens"),
    "business": N_("businesses"),
    "household_business": N_("household businesses"),
    "": N_("kind not told"),
}


def audience(questionnaire_code: str) -> str:
    """Tell whom a questionnaire asks by the first word of its code; "" for everybody.

    Examples
    --------
    >>> audience("business_satisfaction"), audience("leaders")
    ('business', '')
    """
    word = questionnaire_code.partition("_")[0]
    return word if word in RESPONDENTS else ""


def respondents(questionnaire_code: str) -> tuple[str, ...]:
    """List the kinds of respondent that a questionnaire asks; empty for every kind.

    Examples
    --------
    >>> respondents("business_satisfaction")
    ('business', 'household_business')
    """
    return RESPONDENTS.get(audience(questionnaire_code), ())
