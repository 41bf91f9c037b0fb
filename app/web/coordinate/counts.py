"""Raw counts of the answers opened so far: what was answered, and how it was answered."""

from flask import render_template, request, url_for
from flask_babel import get_locale, gettext

from app.queries import answers
from app.services import field_tree, raw_counts, tallying
from app.services.errors import NotFoundError
from app.web import access
from app.web.coordinate.site import READERS, blueprint
from app.web.given_round import the_round
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire


@blueprint.get("/<int:round_id>/counts")
@access.roles(*READERS)
def counts(round_id: int) -> str:
    """Show the counts of a round; of one question, if asked, by unit too.

    Raises
    ------
    NotFoundError
        If there is no such round, or no such question in it.
    """
    found = the_round(round_id)
    questions = tallying.counted_questions(questionnaire(round_id))
    chosen = request.args.get("question", "")
    if chosen and chosen not in {question.code for question in questions}:
        raise NotFoundError()
    crumbs = [
        (gettext("Survey rounds"), url_for("rounds.all_rounds")),
        (found.name, url_for("rounds.one_round", round_id=round_id)),
    ]
    if chosen:
        crumbs.append((gettext("Raw counts"), url_for("rounds.counts", round_id=round_id)))
        questions = tuple(question for question in questions if question.code == chosen)
    held = field_tree.held_units(found)
    return render_template(
        "rounds/counts.html",
        round=found,
        questions=questions,
        chosen=chosen,
        items=raw_counts.items(round_id, held),
        quality=None if chosen else raw_counts.quality(round_id, held),
        language=str(get_locale() or "vi"),
        crumbs=crumbs,
    )


def questionnaire(round_id: int) -> Questionnaire:
    """Read the questionnaire of a round that is there."""
    found = answers.answered_round(round_id)
    assert found is not None
    return read_questionnaire(found.questionnaire)
