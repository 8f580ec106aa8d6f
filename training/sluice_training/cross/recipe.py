"""What is chosen; the defaults are what the shipped model was trained with."""

from dataclasses import dataclass

# Of the lists, how many come from each source. Real questions first; science because many collections are; the narrow
# and the generated little.
SHARES = {
    'nq-qed': 0.27,
    'squad11-train': 0.22,
    'arxiv-title-abstract': 0.12,
    'scitldr': 0.10,
    'boolq-dev': 0.08,
    'hotpotqa-sample': 0.08,
    'stackexchange-small': 0.07,
    'medquad': 0.06,
}


@dataclass(frozen=True)
class Recipe:
    """`frozen_layers` counts from the bottom, the embeddings always being frozen. Lengths are tokens."""

    negatives: int = 3
    lists: int = 4
    max_tokens: int = 88
    max_query_tokens: int = 40
    peak_rate: float = 1e-4
    head_rate: float = 5e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    binary_weight: float = 0.5
    frozen_layers: int = 2
    seed: int = 20261128
