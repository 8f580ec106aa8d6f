"""Answers token-heads.bench.js: makes a SPLADE and a ColBERT model of one encoder's weights, then encodes with them.

    python token_heads_peer.py ENCODER FOLDER THREADS

The heads are random: the work is that of a trained model, but the vectors mean nothing. A bias leaves a few hundred
terms of a document above 0. Requests and answers are lines of JSON.
"""

import json
import sys
import time
from pathlib import Path

import sentence_transformers
import torch
import transformers as hf
from sentence_transformers import MultiVectorEncoder, SparseEncoder
from sentence_transformers.base.modules import Dense, Normalize, Transformer
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
from sentence_transformers.sparse_encoder.modules import SpladePooling

LENGTH = 256


def make_splade(encoder: str, folder: Path) -> SparseEncoder:
    scratch = folder / 'masked'
    hf.AutoTokenizer.from_pretrained(encoder, model_max_length=LENGTH).save_pretrained(scratch)
    model = hf.BertForMaskedLM.from_pretrained(encoder)
    model.tie_weights()
    model.cls.predictions.bias.data -= 4.5
    model.save_pretrained(scratch)
    modules = [Transformer(str(scratch), transformer_task='fill-mask'), SpladePooling()]
    SparseEncoder(modules=modules, device='cpu').save(str(folder / 'splade'), create_model_card=False)
    return SparseEncoder(str(folder / 'splade'), device='cpu')


def make_colbert(encoder: str, folder: Path) -> MultiVectorEncoder:
    transformer = Transformer(encoder, document_length=LENGTH)
    width = transformer.get_embedding_dimension()
    modules = [
        transformer,
        Dense(width, 128, bias=False, activation_function=torch.nn.Identity(), module_input_name='token_embeddings'),
        MultiVectorMask(skiplist_words=['.', ',']),
        Normalize(module_input_name='token_embeddings'),
    ]
    MultiVectorEncoder(modules=modules, device='cpu').save(str(folder / 'colbert'), create_model_card=False)
    return MultiVectorEncoder(str(folder / 'colbert'), device='cpu')


def tell(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


def main() -> None:
    encoder, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(7)
    hf.logging.disable_progress_bar()
    models = {'splade': make_splade(encoder, folder), 'colbert': make_colbert(encoder, folder)}
    tell({'library': sentence_transformers.__version__})
    for line in sys.stdin:
        request = json.loads(line)
        cpu, start = time.process_time(), time.perf_counter()
        found = models[request['model']].encode_document(request['texts'])
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
        entries = int(found._nnz()) if request['model'] == 'splade' else sum(len(one) for one in found)
        tell({'cpu': used, 'seconds': seconds, 'entries': entries})


main()
