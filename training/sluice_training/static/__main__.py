"""`python -m sluice_training.static`: encode the texts, train the table, check it on held-out texts, export it."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

import torch

from ..corpus import add_arguments, load_corpus, open_teacher, vocabulary_vectors
from ..log import Log
from .distil import distil
from .export import export
from .train import Recipe


def parse() -> Namespace:
    parser = ArgumentParser(prog='sluice_training.static', description=__doc__)
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
    # The steps are short: waiting for a second thread costs more than it computes (43 ms a step against 140).
    torch.set_num_threads(1)
    distilled = distil(teacher.vocabulary, token_vectors, corpus, recipe, log)
    export(distilled.table, options.out)
    log.write('exported', folder=str(options.out))


if __name__ == '__main__':
    main()
