"""A second reading of a published index: plain JSON in, plain fractions out, nothing imported."""

from fractions import Fraction


def recomputed(document, group_code):
    """Total, maximum, percent, rank and band of every unit of a group, from its scores."""
    limited = [
        (criterion, field["code"])
        for field in document["fields"]
        for criterion in field["criteria"]
        if criterion["groups"] is None or group_code in criterion["groups"]
    ]
    group = next(group for group in document["groups"] if group["code"] == group_code)
    found = {}
    keys = {}
    for unit in document["units"]:
        if unit["group"] != group_code:
            continue
        points = {score["criterion"]: score["points"] for score in unit["scores"]}
        total = most = Fraction(0)
        own = {}
        for criterion, field in limited:
            maximum = Fraction(criterion["max_points"])
            earned = points[criterion["code"]]
            if earned is None and document["not_applicable"] == "rebase":
                value = Fraction(0)
            else:
                most += maximum
                full = document["not_applicable"] == "full_points"
                value = Fraction(earned) if earned is not None else maximum if full else Fraction(0)
            own[criterion["code"]] = (value, field, criterion["source"])
            total += value
        for row, cap, sign in (("BONUS", "bonus_cap", 1), ("PENALTY", "penalty_cap", -1)):
            if row in points:
                total += sign * min(Fraction(points[row]), Fraction(document[cap]))
        percent = 100 * total / most
        survey = sum(value for value, _, source in own.values() if source == "survey")
        ties = [survey if tie == "survey" else tied(own, tie) for tie in group["ties"]]
        keys[unit["code"]] = (percent, *ties)
        found[unit["code"]] = (total, most, percent)
    return {
        code: (
            *numbers,
            1 + sum(other > keys[code] for other in keys.values()),
            next((b["name"] for b in group["bands"] if numbers[2] >= Fraction(b["lowest"])), None),
        )
        for code, numbers in found.items()
    }


def tied(own, tie):
    kind, code = tie.split(":")
    if kind == "field":
        return sum(value for value, field, _ in own.values() if field == code)
    return own[code][0]
