"""What is chosen; the defaults are what the shipped model was trained with."""

from dataclasses import dataclass

# Of the lists, how many come from each source. Real questions first; science because many collections are; the narrow,
# the generated and the made little.
SHARES = {
    'nq-qed': 0.19,
    'squad11-train': 0.18,
    'arxiv-title-abstract': 0.12,
    'scitldr': 0.1,
    'boolq-dev': 0.05,
    'hotpotqa-sample': 0.07,
    'stackexchange-small': 0.07,
    'medquad': 0.07,
    'made-functions': 0.09,
    'made-abstracts': 0.06,
}


@dataclass(frozen=True)
class Recipe:
    """`frozen_layers` counts from the bottom, the embeddings always being frozen. Lengths are tokens.

    `short_share` of the batches are cut to `short_tokens`: more pairs in the same time, and stretches are read too.
    """

    negatives: int = 7
    lists: int = 6
    max_tokens: int = 256
    short_tokens: int = 96
    short_share: float = 0.5
    max_query_tokens: int = 64
    peak_rate: float = 7e-5
    head_rate: float = 3e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    binary_weight: float = 0.5
    across_weight: float = 1.0
    teacher_weight: float = 1.0
    teacher_scale: float = 20.0
    frozen_layers: int = 2
    seed: int = 20261128
