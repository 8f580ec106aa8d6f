"""`python -m sluice_training.matryoshka`: encode the texts, learn the rotation, check it on held-out texts, export it."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

import torch

from ..corpus import add_arguments, load_corpus, open_teacher
from ..log import Log
from .export import export
from .golden import write_golden
from .recipe import Recipe
from .turn import turn


def parse() -> Namespace:
    parser = ArgumentParser(prog='sluice_training.matryoshka', description=__doc__)
    add_arguments(parser)
    parser.add_argument('--out', type=Path, required=True, help='folder for the float32 model in sentence-transformers layout')
    for field in fields(Recipe):
        parser.add_argument(f'--{field.name.replace("_", "-")}', type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    options = parse()
    log, teacher = Log(options.log), open_teacher(options)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    corpus = load_corpus(options.shared, teacher, options.cache, log)
    torch.set_num_threads(1)
    rotation = turn(corpus, recipe, log).rotation
    export(options.teacher, rotation, options.out)
    write_golden(options.teacher, rotation, options.out)
    log.write('exported', folder=str(options.out))


if __name__ == '__main__':
    main()
