"""The training of the head on generated texts and an untrained trunk, in seconds: that all of it runs, not that it learns."""

from pathlib import Path

import numpy as np
import torch

from ..bert import Bert
from ..corpus import Encoded
from ..log import Log
from ..static.table import quantize
from .head import SparseHead
from .measure import held_out_tasks
from .recipe import Recipe
from .start import mean_states, start_head
from .states import trunk_states
from .terms import Terms, make_terms, term_sets
from .texts import Side, TrainingTexts, saturated
from .train import Trainer

HIDDEN = 48


def smoke_splade(vocabulary: list[str], token_vectors: np.ndarray, corpus: list[Encoded], folder: Path, minutes: float, log: Log) -> Path:
    """`corpus`: the queries and the passages of one source. Returns the best checkpoint."""
    recipe = Recipe(minutes=minutes, batch=8, width=16, slots=3, most=40)
    torch.manual_seed(recipe.seed)
    bert = Bert(
        {
            'vocab_size': len(vocabulary),
            'hidden_size': HIDDEN,
            'num_hidden_layers': 1,
            'num_attention_heads': 2,
            'intermediate_size': 32,
            'max_position_embeddings': 64,
            'type_vocab_size': 2,
            'layer_norm_eps': 1e-12,
        }
    ).eval()
    queries, passages = corpus
    terms = make_terms(vocabulary, passages.bags)
    asked, read = side(bert, queries, terms), side(bert, passages, terms)
    weights = [saturated(read.bags, row, terms, read.terms[row]) for row in range(len(read))]
    texts = TrainingTexts(asked, read, queries.answers, ['generated'], weights)
    head = SparseHead(terms, HIDDEN, recipe.width, recipe.slots)
    start_head(head, read.states, read.bags, quantize(vocabulary, token_vectors), vocabulary, terms, recipe.seed)
    checkpoint = folder / 'splade.pt'
    Trainer(texts, terms, head, recipe, log).run(held_out_tasks(texts), checkpoint)
    return checkpoint.with_suffix('.best.pt')


def side(bert: Bert, part: Encoded, terms: Terms) -> Side:
    states = trunk_states(bert, part.bags)
    nothing = np.zeros(len(part), dtype=np.int64)
    return Side(part.bags, states, mean_states(states), term_sets(part.bags, terms.term_of), nothing, part.held_out)
