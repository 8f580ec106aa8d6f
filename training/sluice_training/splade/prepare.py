"""`python -m sluice_training.splade.prepare`: the trunk's states of the training texts, and of judged collections.

The trunk never changes, so both are computed once. Of the collections nothing is read here but their texts.
"""

from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import torch

from ..bert import load_bert
from ..data import jsonl, titled
from ..evaluate import COLLECTIONS
from ..log import Log
from ..tokens import read_vocabulary, tokenize, wordpiece
from .chosen import choose, queries_of
from .states import write_shards

JUDGED_TOKENS = 256


def main() -> None:
    parser = ArgumentParser(prog='sluice_training.splade.prepare', description=__doc__)
    parser.add_argument('--shared', type=Path, default=Path('../../shared'))
    parser.add_argument('--trunk', type=Path, required=True, help='folder of all-MiniLM-L6-v2 with model.safetensors')
    parser.add_argument('--cache', type=Path, required=True)
    parser.add_argument('--passages', type=int, default=6000, help='how many of the chosen passages, from the first')
    parser.add_argument('--judged', nargs='*', default=[], help='collections to encode too, as for evaluation')
    parser.add_argument('--log', type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    log, bert = Log(options.log), load_bert(options.trunk)
    tokenizer = wordpiece(read_vocabulary(options.trunk / 'vocab.txt'))
    chosen = choose(options.shared, tokenizer)
    log.write('chosen', queries=len(chosen.queries), passages=len(chosen.passages), tokens=int(chosen.passages.offsets[-1]),
              query_tokens=int(chosen.queries.offsets[-1]), pairs=len(chosen.answers),
              held_out=[int(chosen.query_held_out.sum()), int(chosen.passage_held_out.sum())])
    write_shards(bert, 'passages', chosen.passages.take(np.arange(options.passages)), options.cache, log)
    asked = queries_of(chosen, options.passages)
    write_shards(bert, 'queries', chosen.queries.take(asked), options.cache, log)
    for name in options.judged or COLLECTIONS:
        folder = options.shared / 'data' / 'beir' / name
        documents = [titled(row.get('title', ''), row['text']) for row in jsonl(folder / 'corpus.jsonl')]
        queries = [row['text'] for row in jsonl(folder / 'queries.jsonl')]
        for kind, texts in (('queries', queries), ('documents', documents)):
            write_shards(bert, f'{name}.{kind}', tokenize(tokenizer, texts, JUDGED_TOKENS - 2), options.cache, log)


if __name__ == '__main__':
    main()
