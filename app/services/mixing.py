"""stub"""


def mix_open_rounds() -> None: ...
