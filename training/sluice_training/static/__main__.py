"""`python -m sluice_training.static`: encode, start, train, check on held-out texts, export."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

import numpy as np

from ..corpus import add_arguments, load_corpus, open_teacher, vocabulary_vectors
from ..log import Log
from .agreement import agreement, held_out_tasks, teacher_scores
from .export import export
from .start import principal_rotation, starting_rows, token_shares
from .table import kept_tokens, quantize
from .train import Recipe, train, training_pool


def parse() -> Namespace:
    parser = ArgumentParser(prog='sluice_training.static', description='Train and export the static model.')
    add_arguments(parser)
    parser.add_argument('--out', type=Path, required=True, help='folder for the files of the package')
    for field in fields(Recipe):
        parser.add_argument(f'--{field.name.replace("_", "-")}', type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    options = parse()
    log, teacher = Log(options.log), open_teacher(options)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    token_vectors = vocabulary_vectors(teacher, options.cache, log)
    corpus = load_corpus(options.shared, teacher, options.cache, log)

    kept = kept_tokens(teacher.vocabulary)
    row_of_token = np.zeros(len(teacher.vocabulary), dtype=np.int32)
    row_of_token[kept] = np.arange(len(kept))
    pool = training_pool(corpus, row_of_token)
    rotation = principal_rotation(pool.vectors)
    rows = starting_rows(token_vectors[kept], rotation, token_shares([pool.bags], len(kept)))

    tasks = held_out_tasks(corpus)
    ceiling = teacher_scores(tasks)
    log.write('teacher', scores={name: round(score, 4) for name, score in ceiling.items()})
    log.write('start', shares=agreement(rows, row_of_token, tasks, ceiling))
    rows = train(rows, pool, rotation, recipe, log)
    table = quantize([teacher.vocabulary[token] for token in kept], rows)
    log.write('trained', shares=agreement(table.rows(), row_of_token, tasks, ceiling))
    export(table, options.out)
    log.write('exported', folder=str(options.out))


if __name__ == '__main__':
    main()
