"""How much of its teacher's quality a rotation keeps at each width, on held-out training texts."""

import numpy as np

from ..held_out import task_ndcg
from ..ranking import normalized
from .recipe import WIDTHS


def agreement(rotation: np.ndarray, tasks: list[dict], teacher: dict[str, float]) -> dict:
    """nDCG@10 as a share of the teacher's, for each task and width, and the mean over tasks."""
    shares: dict[str, dict[int, float]] = {}
    for task in tasks:
        queries, passages = (task[side][2].astype(np.float32) @ rotation for side in ('queries', 'passages'))
        shares[task['name']] = {
            width: round(task_ndcg(task, normalized(queries, width), normalized(passages, width)) / teacher[task['name']], 4)
            for width in WIDTHS
        }
    means = {width: round(float(np.mean([share[width] for share in shares.values()])), 4) for width in WIDTHS}
    return {'mean': means, **shares}
