"""`python -m sluice_training.splade`: start the head, learn it on stored states, measure it on held-out texts."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch

from ..log import Log
from ..static.table import load_table
from ..tokens import read_vocabulary, wordpiece
from .chosen import choose
from .head import SparseHead
from .measure import baselines, held_out_tasks, measure
from .recipe import Recipe
from .start import start_head
from .states import States
from .terms import make_terms
from .texts import Side, read_texts
from .train import Trainer


def parse() -> Namespace:
    parser = ArgumentParser(prog='sluice_training.splade', description=__doc__)
    parser.add_argument('--shared', type=Path, default=Path('../../shared'))
    parser.add_argument('--trunk', type=Path, required=True, help='folder of all-MiniLM-L6-v2')
    parser.add_argument('--static', type=Path, default=Path('../packages/models/static'), help='the static model that ships')
    parser.add_argument('--cache', type=Path, required=True, help='what sluice_training.splade.prepare filled')
    parser.add_argument('--passages', type=int, default=6000)
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--log', type=Path)
    for field in fields(Recipe):
        parser.add_argument(f'--{field.name.replace("_", "-")}', type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    log = Log(options.log)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    vocabulary = read_vocabulary(options.trunk / 'vocab.txt')
    chosen = choose(options.shared, wordpiece(vocabulary))
    terms = make_terms(vocabulary, chosen.passages)
    texts = read_texts(chosen, terms, options.cache, options.passages)
    log.write('texts', queries=len(texts.queries), passages=len(texts.passages), answers=len(texts.answers), expandable=len(terms.expandable))
    head = SparseHead(terms, texts.passages.vectors.shape[1], recipe.width, recipe.slots)
    start_head(head, *learnt_from(texts.passages), load_table(options.static), vocabulary, terms, recipe.seed)
    trainer = Trainer(texts, terms, head, recipe, log)
    tasks = held_out_tasks(texts)
    log.write('baselines', **baselines(texts, tasks, terms.idf))
    log.write('start', **measure(texts, tasks, head, trainer.asked))
    trainer.run(tasks, options.checkpoint)


def learnt_from(side: Side) -> tuple[States, object]:
    """What is not held out: held-out passages come first."""
    first = int(np.flatnonzero(~side.held_out)[0])
    rows = np.arange(first, len(side))
    start = side.states.offsets[first]
    states = States(side.states.ids[start:], side.states.offsets[first:] - start, side.states.values[start:])
    return states, side.bags.take(rows)


if __name__ == '__main__':
    main()
