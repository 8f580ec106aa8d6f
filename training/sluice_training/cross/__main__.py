"""`python -m sluice_training.cross`: train for a given time on mined lists, score held-out ones, export the folder."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path

import torch

from ..log import Log
from ..tokens import read_vocabulary, wordpiece
from .export import export
from .golden import write_golden
from .held_out import held_out_scores
from .lists import read_mined
from .model import CrossEncoder, load_start
from .pairs import PairReader
from .recipe import SHARES, Recipe
from .train import Checkpoints, Progress, train

# Of the small check at each checkpoint: queries a source, and passages of each list.
QUERIES, DEPTH, WEIGHT = 10, 12, 0.5


def parse() -> Namespace:
    parser = ArgumentParser(prog='sluice_training.cross', description=__doc__)
    parser.add_argument('--mined', type=Path, required=True, help='folder that mine-negatives.js filled')
    parser.add_argument('--teacher', type=Path, help='folder that encode-pools.js filled; without it, labels alone teach')
    parser.add_argument('--start', type=Path, required=True, help='folder of all-MiniLM-L6-v2 with model.safetensors, or an exported one to train further')
    parser.add_argument('--out', type=Path, required=True, help='folder for the float32 model')
    parser.add_argument('--checkpoint', type=Path, required=True, help='file to go on from, where there is one')
    parser.add_argument('--checkpoint-seconds', type=float, default=600)
    parser.add_argument('--seconds', type=float, default=5400, help='how long from now until the rate is 0')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--log', type=Path, help='file for JSON lines, besides the standard error stream')
    for field in fields(Recipe):
        parser.add_argument(f'--{field.name.replace("_", "-")}', type=type(field.default), default=field.default)
    return parser.parse_args()


def main() -> None:
    options = parse()
    log = Log(options.log)
    torch.set_num_threads(options.threads)
    recipe = Recipe(**{field.name: getattr(options, field.name) for field in fields(Recipe)})
    torch.manual_seed(recipe.seed)
    model = load_start(options.start)
    sources = [read_mined(options.mined, name, options.teacher) for name in SHARES]
    reader = PairReader(wordpiece(read_vocabulary(options.start / 'vocab.txt')), recipe.max_tokens, recipe.max_query_tokens)

    def made(trained: CrossEncoder, progress: Progress) -> None:
        export(options.start, trained, options.out, recipe.max_tokens)
        write_golden(trained, reader, options.out)
        log.write('exported', step=progress.step, folder=options.out.name)
        log.write('held out', step=progress.step, scores=held_out_scores(trained, reader, sources, QUERIES, DEPTH, WEIGHT))

    train(model, reader, sources, recipe, options.seconds, Checkpoints(options.checkpoint, options.checkpoint_seconds, made), log)


if __name__ == '__main__':
    main()
