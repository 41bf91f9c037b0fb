"""What the words of a questionnaire's document are called on pages."""

from collections.abc import Mapping

from app.texts import N_
from app.vocabulary import QuestionnaireState
from surveys.questionnaire import AttributedTo, Paging, Role
from surveys.versions import Difference

KINDS: Mapping[str, str] = {
    "scale": N_("scale"),
    "single_choice": N_("one choice"),
    "multiple_choice": N_("several choices"),
    "yes_no": N_("yes or no"),
    "number": N_("number"),
    "date": N_("date"),
    "short_text": N_("short text"),
    "long_text": N_("long text"),
    "information": N_("information, not answered"),
}
ROLES: Mapping[Role, str] = {
    Role.PERCEPTION: N_("perception"),
    Role.SATISFACTION: N_("satisfaction"),
    Role.EXPECTATION: N_("needs and expectations"),
    Role.OVERALL: N_("overall satisfaction"),
    Role.CIRCUMSTANCE: N_("circumstance"),
    Role.DEMOGRAPHIC: N_("about the person"),
    Role.COMMENT: N_("comment, kept apart"),
    Role.ASSISTED_BY: N_("who helped to answer"),
}
ATTRIBUTED: Mapping[AttributedTo, str] = {
    AttributedTo.RECEIVING: N_("the receiving unit"),
    AttributedTo.RESOLVING: N_("the resolving unit"),
    AttributedTo.BOTH: N_("both units"),
}
PAGINGS: Mapping[Paging, str] = {
    Paging.WHOLE: N_("all on one page, as far as conditions allow"),
    Paging.SECTIONS: N_("a page for each section"),
    Paging.QUESTIONS: N_("a page for each question"),
}
DIFFERENCES: Mapping[Difference, str] = {
    Difference.ADDED: N_("new question"),
    Difference.REMOVED: N_("question removed"),
    Difference.RENAMED: N_("other code, same question"),
    Difference.KIND: N_("other kind"),
    Difference.REWORDED: N_("reworded"),
    Difference.OPTIONS: N_("other options or words of options"),
    Difference.CONDITION: N_("asked under another condition"),
    Difference.REQUIRED: N_("required or not has changed"),
    Difference.ORDER: N_("moved"),
}
STATES: Mapping[QuestionnaireState, tuple[str, str]] = {
    QuestionnaireState.DRAFT: (N_("draft"), "warning"),
    QuestionnaireState.PUBLISHED: (N_("published"), "success"),
    QuestionnaireState.WITHDRAWN: (N_("no longer offered"), "neutral"),
}
"""Name and tone of each state."""

AUDIENCES: Mapping[str, str] = {
    "citizen": N_("dossiers of citizens"),
    "business": N_("dossiers of businesses and household businesses"),
    "": N_("all dossiers of the list"),
}
"""Whose dossiers a round draws, by the first word of the questionnaire's code."""

LANGUAGES: Mapping[str, str] = {
    "vi": N_("Vietnamese"),
    "en": N_("English"),
    "km": N_("Khmer"),
    "zh": N_("Chinese"),
}
