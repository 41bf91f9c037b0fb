"""Items that go together: covariances, principal components and reliability."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.components import correlation, covariance, principal_components
from analysis.reliability import cronbach
from sampling.stages import Floats
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics


def cronbach_alpha(args: Mapping[str, Any], setting: Setting) -> Result:
    """Reliability of the sum of items."""
    items = measured("items", args, setting)
    return {"coef": [cronbach(items, setting.design, **options(args)).alpha]}


def covariances(args: Mapping[str, Any], setting: Setting) -> Result:
    """Population covariances."""
    items = measured("y", args, setting)
    return {"names": args["y"], "matrix": covariance(items, setting.design, **options(args))}


def pca(args: Mapping[str, Any], setting: Setting) -> Result:
    """Principal components of the correlations."""
    items = measured("items", args, setting)
    found = principal_components(correlation(covariance(items, setting.design, **options(args))))
    return {"eigenvalues": found.eigenvalues, "loadings": found.loadings}


STATISTICS: Statistics = {
    "cronbach_alpha": cronbach_alpha,
    "covariance": covariances,
    "pca": pca,
}


def measured(word: str, args: Mapping[str, Any], setting: Setting) -> Floats:
    """Columns side by side; UnsupportedError names an argument that we lack."""
    unknown = sorted(set(args) - {word, "na_rm", "note"})
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")
    return np.column_stack([setting.columns.numbers(name) for name in args[word]])


def options(args: Mapping[str, Any]) -> dict[str, Any]:
    """Translate arguments into the options of our estimators."""
    return {"missing": "drop" if args.get("na_rm") else "propagate"}
