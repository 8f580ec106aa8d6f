"""`python -m sluice_training.splade.export`: puts the learnt head into the shipped model's folder.

The graph gets a second output; `sparse/` gets the query weights and says how the two are read.
"""

import json
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.numpy import save_file

from .golden import write_golden
from .graph import OUTPUT, QUERY_OUTPUT, with_head
from .head import QueryHead, SparseHead
from .recipe import MOST_TERMS
from .terms import Terms

GRAPH = Path('onnx') / 'model_quantized.onnx'


def load_heads(checkpoint: Path) -> tuple[SparseHead, QueryHead]:
    """All that is needed is in the checkpoint: the terms are buffers of the head."""
    saved = torch.load(checkpoint, weights_only=True)
    state = saved['head']
    terms = Terms(state['term_of'].numpy(), state['expandable'].numpy(), np.ones(len(state['term_of']), dtype=np.float32))
    head = SparseHead(terms, state['own_in.weight'].shape[1], state['rows'].shape[1], state['slots'].shape[0])
    head.load_state_dict(state)
    asked = QueryHead(len(terms.term_of), state['own_in.weight'].shape[1])
    asked.load_state_dict(saved['asked'])
    return head.eval(), asked.eval()


def export(head: SparseHead, asked: QueryHead, trunk: Path, folder: Path) -> None:
    """`trunk`: the graph without a head; `folder`: the model's, which has all files but the graph and `sparse/`."""
    model = with_head(onnx.load(trunk), head, asked)
    (folder / GRAPH).parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / GRAPH)
    sparse = folder / 'sparse'
    sparse.mkdir(exist_ok=True)
    weights, terms = query_table(head, asked)
    save_file({'term': terms, 'weight': weights}, sparse / 'queries.safetensors')
    (sparse / 'queries.safetensors').chmod(0o644)
    config = {'output': OUTPUT, 'query_output': QUERY_OUTPUT, 'queries': 'queries.safetensors', 'max_active_dims': MOST_TERMS}
    (sparse / 'config.json').write_text(json.dumps(config, indent=2) + '\n', encoding='utf-8')


@torch.no_grad()
def query_table(head: SparseHead, asked: QueryHead) -> tuple[np.ndarray, np.ndarray]:
    """The weight of each term, and the term that each token counts for; special tokens count for themselves, at 0."""
    term_of = head.term_of.numpy()
    weights = asked.free().numpy().astype(np.float32)
    weights[term_of < 0] = 0
    tokens = np.arange(len(term_of))
    return weights, np.where(term_of < 0, tokens, term_of).astype(np.int32)


def main() -> None:
    parser = ArgumentParser(prog='sluice_training.splade.export', description=__doc__)
    parser.add_argument('--checkpoint', type=Path, required=True)
    parser.add_argument('--trunk', type=Path, required=True, help='the int8 graph without a sparse head')
    parser.add_argument('--float-trunk', type=Path, required=True, help='folder of all-MiniLM-L6-v2, for the golden weights')
    parser.add_argument('--folder', type=Path, default=Path('../packages/models/matryoshka-minilm'))
    options = parser.parse_args()
    torch.set_num_threads(1)
    head, asked = load_heads(options.checkpoint)
    export(head, asked, options.trunk, options.folder)
    write_golden(options.float_trunk, head, asked, options.folder)


if __name__ == '__main__':
    main()
