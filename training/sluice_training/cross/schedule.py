"""A learning rate by the clock: the time is given, and what a processor does in it is not known before."""


def share_of_peak(elapsed: float, warm_up: float) -> float:
    """`elapsed` and `warm_up` are shares of the time, 0 to 1. Rises to 1 in the warm-up, then falls evenly to 0."""
    if elapsed < warm_up:
        return elapsed / warm_up
    return max(0.0, (1 - elapsed) / (1 - warm_up))
