"""How well a table stands in for its teacher on held-out training texts."""

import numpy as np

from ..held_out import task_ndcg
from ..ranking import normalized
from .table import WIDTHS, encode_rows


def agreement(rows: np.ndarray, row_of_token: np.ndarray, tasks: list[dict], teacher: dict[str, float]) -> dict:
    """nDCG@10 of the table as a share of the teacher's, for each task and width, and the mean over tasks."""
    shares: dict[str, dict[int, float]] = {}
    for task in tasks:
        sides = []
        for side in ('queries', 'passages'):
            bags = task[side][1]
            sides.append(encode_rows(rows, type(bags)(row_of_token[bags.ids], bags.offsets)))
        shares[task['name']] = {
            width: round(task_ndcg(task, *(normalized(side, width) for side in sides)) / teacher[task['name']], 4)
            for width in WIDTHS
        }
    means = {width: round(float(np.mean([share[width] for share in shares.values()])), 4) for width in WIDTHS}
    return {'mean': means, **shares}
