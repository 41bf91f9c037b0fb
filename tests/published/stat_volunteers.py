"""Means from volunteers: propensities, mass imputation, doubly robust."""

from collections.abc import Mapping
from typing import Any

from analysis.outcome_models import OutcomeModel, linear_model
from analysis.participation import Participation, calibrated_participation, pseudo_likelihood
from analysis.predictors import predictors
from analysis.volunteers import doubly_robust_mean, mass_imputed_mean, weighted_mean
from sampling.stages import Floats
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import typed


class Sides:
    """Volunteers and reference of a case."""

    def __init__(self, args: Mapping[str, Any], setting: Setting) -> None:
        if args:
            raise UnsupportedError(f"argument {', '.join(args)} is not supported yet")
        design = setting.case.design
        volunteers, reference = (setting.table(design[side]) for side in ("nonprob", "reference"))
        self.y: Floats = volunteers.numbers(design["y"])
        self.weight: Floats = reference.numbers(design["reference_weights"])
        self.volunteers, self.reference = predictors(
            *(
                {name: typed(name, table) for name in design["x"]}
                for table in (volunteers, reference)
            )
        )

    @property
    def names(self) -> list[str]:
        """Regressors, variable and level run together."""
        return ["".join(term) for term in self.volunteers.terms]

    def participation(self) -> Participation:
        """Propensities by pseudo-likelihood."""
        return pseudo_likelihood(self.volunteers, self.reference, self.weight)

    def model(self) -> OutcomeModel:
        """Regression of the answer."""
        return linear_model(self.y, self.volunteers)


def clw_pseudo_mle(args: Mapping[str, Any], setting: Setting) -> Result:
    """Propensities by pseudo-likelihood."""
    sides = Sides(args, setting)
    return {**described(sides, sides.participation()), "naive_mean": sides.y.mean()}


def clw_calibration(args: Mapping[str, Any], setting: Setting) -> Result:
    """Propensities that reproduce the totals."""
    sides = Sides(args, setting)
    totals = sides.reference.totals(sides.weight)
    fitted = calibrated_participation(sides.volunteers, totals)
    residual = abs(sides.volunteers.totals(fitted.weight) - totals).max()
    return {**described(sides, fitted), "max_residual": residual}


def mass_imputation(args: Mapping[str, Any], setting: Setting) -> Result:
    """Mean prediction over the reference."""
    sides = Sides(args, setting)
    model = sides.model()
    mean = mass_imputed_mean(model, sides.volunteers, sides.reference, sides.weight)
    return {"names": sides.names, "beta": model.coefficients, "mean": mean}


def doubly_robust(args: Mapping[str, Any], setting: Setting) -> Result:
    """Propensities and regression together."""
    sides = Sides(args, setting)
    fitted = sides.participation()
    mean = doubly_robust_mean(sides.y, fitted, sides.model(), sides.reference, sides.weight)
    return {"mean": mean, "N_A": fitted.weight.sum(), "N_B": sides.weight.sum()}


STATISTICS: Statistics = {
    "clw_pseudo_mle": clw_pseudo_mle,
    "clw_calibration": clw_calibration,
    "mass_imputation": mass_imputation,
    "doubly_robust": doubly_robust,
}


def described(sides: Sides, fitted: Participation) -> dict[str, Any]:
    """What both forms of propensities are compared by."""
    return {
        "names": sides.names,
        "theta": fitted.coefficients,
        "N_hat": fitted.weight.sum(),
        "ipw_mean": weighted_mean(sides.y, fitted)[0],
    }
