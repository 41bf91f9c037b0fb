"""Candidate designs of a round side by side: all of it stands in the address, nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app import thresholds
from app.queries import frames
from app.queries.frames import OriginCount
from app.services import audiences, design_chart, designs, previewing
from app.services.design_chart import Strip
from app.services.designs import Compared, Design, Terms
from app.services.errors import InvalidInputError
from app.services.plans import Allocation, Plan
from app.services.targets import TargetKind
from app.web import access
from app.web.coordinate import design_words
from app.web.coordinate.allocation_inputs import INPUTS, NUMBER
from app.web.coordinate.design_forms import (
    DESIGN_PARTS,
    TERM_PARTS,
    USUAL,
    DesignForm,
    TermsForm,
    blame,
)
from app.web.coordinate.design_words import Row
from app.web.coordinate.plans import USUAL_RESPONSE, the_frame
from app.web.coordinate.site import READERS, blueprint
from app.web.given_round import the_round

MOST = 4
ERROR_POINTS, LEAST_ANSWERS = 5, 30


@dataclass(frozen=True)
class Column:
    """A design on the page; without figures its form has faults."""

    number: int
    form: DesignForm
    name: str = ""
    rows: Sequence[Row] = ()
    warnings: Sequence[str] = ()
    found: Compared | None = None
    strip: Strip | None = None
    picture: str = ""
    address: str = ""

    @property
    def heading(self) -> str:
        """Name it by its number too."""
        return f"{self.number}. {self.name}"


@blueprint.get("/<int:round_id>/designs")
@access.roles(*READERS)
def compare_designs(round_id: int) -> str | tuple[str, int]:
    """Show up to four designs, each with what it costs and how precise it makes every unit."""
    found = the_round(round_id)
    frame = the_frame(round_id)
    counts = frames.origin_counts(frame.id, audiences.respondents(found.questionnaire_code))
    entered = filled(sum(count.dossiers for count in counts), request.args)
    terms_form = TermsForm(entered, meta={"csrf": False})
    forms = [
        DesignForm(entered, prefix=f"d{place}", meta={"csrf": False})
        for place in range(1, MOST + 1)
    ]
    columns = compared(round_id, counts, terms_form, forms) if counts else []
    page = render_template(
        "rounds/designs.html",
        round=found,
        terms=terms_form,
        term_parts=TERM_PARTS,
        input_parts=INPUTS,
        design_parts=DESIGN_PARTS,
        columns=columns,
        kept=[] if columns else [item for item in request.args.items() if item[0][0] == "d"],
        spare=[form for form in forms if not form.allocation.data],
        told=[column for column in columns if column.found],
        percent=design_words.percent,
        crumbs=[
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=round_id)),
            (gettext("Sample plan"), url_for("rounds.plan", round_id=round_id)),
        ],
    )
    faulty = terms_form.errors or any(form.errors for form in forms)
    return (page, 422) if faulty else page


def filled(population: int, given: MultiDict[str, str]) -> MultiDict[str, str]:
    """Put what suits a list where the address says nothing."""
    before = USUAL | {"k": str(thresholds.present.mixing_k)}
    for place, preset in enumerate(presets(population, bool(given.get("deviations"))), start=1):
        before |= {f"d{place}-{part}": value for part, value in preset.items()}
    missing = {part: [value] for part, value in before.items() if part not in given}
    return MultiDict(given.to_dict(flat=False) | missing)


def presets(population: int, with_deviations: bool) -> list[dict[str, str]]:
    """Propose designs: as decisions used to be, then three that look after units."""
    size = str(previewing.propose(population, USUAL_RESPONSE).dossiers)
    usual = {
        "stratify_by": "unit",
        "minimum": "0",
        "response": str(round(USUAL_RESPONSE * 100)),
        "mode": "slip",
        "size_by": NUMBER,
        "amount": size,
    }
    last = (
        {"allocation": Allocation.NEYMAN.value}
        if with_deviations
        else {
            "allocation": Allocation.PROPORTIONAL.value,
            "size_by": TargetKind.LEAST.value,
            "amount": str(LEAST_ANSWERS),
        }
    )
    yamane = {"size_by": TargetKind.YAMANE.value, "amount": str(ERROR_POINTS)}
    return [
        usual | {"allocation": Allocation.PROPORTIONAL.value} | yamane,
        usual | {"allocation": Allocation.EQUAL.value},
        usual | {"allocation": Allocation.ROOT.value},
        usual | last,
    ]


def compared(
    round_id: int, counts: Sequence[OriginCount], shared: TermsForm, forms: Sequence[DesignForm]
) -> list[Column]:
    """Lay the designs over the list; faults stand in the forms afterwards."""
    if not shared.validate():
        return []
    try:
        terms, inputs = shared.terms(), shared.inputs()
    except InvalidInputError as error:
        blame(error, shared)
        return []
    k, laid = shared.k.data or 1, []
    for place, form in enumerate(forms, start=1):
        if not form.allocation.data:
            continue
        design = read(form, k, inputs) if form.validate() else None
        laid.append((place, form, tried(counts, design, terms, shared, form) if design else None))
    widest = design_chart.top_of([found.margins for *_, found in laid if found], terms.wanted)
    return [
        column(round_id, place, form, found, widest) if found else Column(place, form)
        for place, form, found in laid
    ]


def read(form: DesignForm, k: int, inputs: dict[str, object]) -> Design | None:
    """Read a design, or put its faults beside the fields."""
    try:
        return form.design(k, inputs)
    except InvalidInputError as error:
        blame(error, form)
        return None


def tried(
    counts: Sequence[OriginCount], design: Design, terms: Terms, shared: TermsForm, form: DesignForm
) -> Compared | None:
    """Lay a design over the list, or put its faults beside the fields."""
    try:
        return designs.compare(counts, design, terms)
    except InvalidInputError as error:
        blame(error, form, shared)
        return None


def column(round_id: int, place: int, form: DesignForm, found: Compared, widest: float) -> Column:
    """Put what the page shows of a design together."""
    return Column(
        number=place,
        form=form,
        name=design_words.name(found.plan),
        rows=design_words.rows(found),
        warnings=design_words.warnings(found),
        found=found,
        strip=design_chart.strip(found.margins, found.wanted, widest),
        picture=design_words.picture(found),
        address=url_for("rounds.plan", round_id=round_id, **plan_fields(form, found.plan)),
    )


def plan_fields(form: DesignForm, plan: Plan) -> dict[str, Any]:
    """Write a design as the plan's form takes it."""
    fields = {
        "stratify_by": plan.stratify_by.value,
        "allocation": plan.allocation.value,
        "size_by": NUMBER if plan.target is None else plan.target.kind.value,
        "size": str(plan.size),
        "target": "" if plan.target is None else form.amount.data or "",
        "minimum": str(plan.minimum),
        "expected_response": str(form.response.data),
        "k": str(plan.k),
    }
    match plan.allocation:
        case Allocation.NEYMAN:
            fields["deviations"] = in_lines(plan.deviations)
        case Allocation.COST:
            fields |= {"deviations": in_lines(plan.deviations), "costs": in_lines(plan.costs)}
        case Allocation.POWER:
            fields["exponent"] = str(plan.exponent)
        case Allocation.QUOTA:
            fields |= {f"quota_{kind}": str(number) for kind, number in plan.quotas.items()}
    return fields


def in_lines(numbers: Mapping[str, float]) -> str:
    """Write numbers of strata as the form takes them."""
    return "\n".join(f"{label}: {value:g}" for label, value in numbers.items())
