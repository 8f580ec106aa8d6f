"""`python -m sluice_training.smoke --out FOLDER`: the trainings on generated texts, in seconds.

The teacher is made up: each word has a hidden vector and weight, a text's vector is their sum with a little noise.
A table can learn that almost perfectly, so a training that works shows it. The rotation has to find the directions
in which texts differ behind one that they all share.
"""

import string
from argparse import ArgumentParser
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from .corpus import Encoded
from .cross.generated import generated as generated_lists
from .cross.held_out import held_out_scores
from .cross.recipe import Recipe as CrossRecipe
from .cross.train import Checkpoints, train
from .log import Log
from .matryoshka.recipe import Recipe as TurnRecipe
from .matryoshka.turn import Turned, turn
from .ranking import normalized
from .splade.smoke import smoke_splade
from .static.distil import Distilled, distil
from .static.export import export
from .static.train import Recipe as StaticRecipe
from .tokens import Bags, tokenize, wordpiece

WORDS, WIDTH = 300, 384


def generated_vocabulary(random: np.random.Generator) -> list[str]:
    words = {''.join(random.choice(list('bdfgklmnprst')) + random.choice(list('aeiou')) for _ in range(3)) for _ in range(WORDS)}
    singles = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    return ['[PAD]', '[unused0]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', *singles, *(f'##{c}' for c in singles[:36]), *sorted(words)]


def generated_texts(random: np.random.Generator, words: list[str], count: int) -> tuple[list[str], list[str]]:
    """A question is three words of its passage and two that are not."""
    questions, passages = [], []
    for _ in range(count):
        chosen = [words[i] for i in random.permutation(len(words))[:14]]
        questions.append(' '.join([*chosen[:3], *chosen[12:]]))
        passages.append(' '.join(random.permutation(chosen[:12])))
    return questions, passages


@dataclass(frozen=True)
class Generated:
    """A vocabulary, the made-up teacher's vector of each of its tokens, and texts with theirs."""

    vocabulary: list[str]
    token_vectors: np.ndarray
    corpus: list[Encoded]


def generate(seed: int, pairs: int = 2000) -> Generated:
    random = np.random.default_rng(seed)
    vocabulary = generated_vocabulary(random)
    tokenizer = wordpiece(vocabulary)
    hidden = random.normal(size=(len(vocabulary), WIDTH)) * np.linspace(2, 0.1, WIDTH)
    weights = np.exp(random.uniform(-2, 2, size=(len(vocabulary), 1)))

    def encoded(texts: list[str]) -> tuple[Bags, np.ndarray]:
        bags = tokenize(tokenizer, texts)
        sums = np.stack([(hidden * weights)[bags.ids[a:b]].sum(axis=0) for a, b in zip(bags.offsets, bags.offsets[1:])])
        return bags, normalized(sums + 0.1 * random.normal(size=sums.shape)).astype(np.float16)

    questions, passages = map(encoded, generated_texts(random, vocabulary[-WORDS // 2 :], pairs))
    # What the teacher finds is right by definition, so the shares say how closely a student follows it.
    nearest = (questions[1].astype(np.float32) @ passages[1].astype(np.float32).T).argmax(axis=1)
    answers = np.stack([np.arange(pairs), nearest], axis=1)
    held_out = np.arange(pairs) % 20 == 0
    corpus = [
        Encoded('generated.queries', *questions, held_out, answers),
        Encoded('generated.passages', *passages, held_out, answers[:0]),
    ]
    return Generated(vocabulary, normalized(hidden), corpus)


def smoke_static(recipe: StaticRecipe, log: Log) -> Distilled:
    made = generate(recipe.seed)
    return distil(made.vocabulary, made.token_vectors, made.corpus, recipe, log)


def smoke_matryoshka(recipe: TurnRecipe, log: Log) -> Turned:
    return turn(generate(recipe.seed).corpus, recipe, log)


def smoke_cross(steps: int, log: Log) -> tuple[dict, dict]:
    """Held-out scores before and after; the clock counts steps."""
    made, ticks = generated_lists(queries=240, seed=CrossRecipe().seed), count()
    recipe = CrossRecipe(max_tokens=24, peak_rate=3e-3, head_rate=3e-3, frozen_layers=0, lists=8)

    def scores() -> dict:
        return held_out_scores(made.model, made.reader, made.sources, queries=40, depth=12, weight=0.5)

    with TemporaryDirectory() as folder:
        before = scores()
        checkpoints = Checkpoints(Path(folder) / 'state.pt', steps, lambda *_: None)
        train(made.model, made.reader, made.sources, recipe, steps, checkpoints, log, lambda: float(next(ticks)))
        return before, scores()


def smoke_sparse(minutes: float, folder: Path, log: Log) -> Path:
    made = generate(7, pairs=1600)
    return smoke_splade(made.vocabulary, made.token_vectors, made.corpus, folder, minutes, log)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    log = Log()
    export(smoke_static(StaticRecipe(epochs=10, batch=128), log).table, options.out)
    smoke_matryoshka(TurnRecipe(steps=60, batch=128), log)
    smoke_cross(60, log)
    with TemporaryDirectory() as folder:
        smoke_sparse(0.05, Path(folder), log)


if __name__ == '__main__':
    main()
