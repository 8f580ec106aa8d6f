import os
from pathlib import Path

import numpy as np
import pytest
import torch
from sluice_training.bert import Bert
from sluice_training.encode import Teacher, encode_cached
from sluice_training.log import Log

CONFIG = {
    'vocab_size': 50,
    'hidden_size': 32,
    'num_hidden_layers': 2,
    'num_attention_heads': 4,
    'intermediate_size': 64,
    'max_position_embeddings': 16,
    'type_vocab_size': 2,
    'layer_norm_eps': 1e-12,
}


def test_padding_changes_nothing():
    torch.manual_seed(0)
    bert = Bert(CONFIG).eval()
    ids = torch.randint(50, (3, 7))
    padded = torch.cat([ids, torch.randint(50, (3, 4))], dim=1)
    mask = torch.arange(11).expand(3, -1) < 7
    torch.testing.assert_close(bert(padded, mask), bert(ids), atol=1e-6, rtol=0)


def shared() -> Path:
    folder = Path(os.environ.get('SLUICE_SHARED', Path(__file__).parents[3] / 'shared'))
    teacher = os.environ.get('SLUICE_TEACHER')
    if not teacher or not folder.exists():
        pytest.skip('needs SLUICE_TEACHER (folder of all-MiniLM-L6-v2 with model.safetensors) and SLUICE_SHARED')
    return folder


def test_teacher_equals_the_reference_and_the_cache_the_teacher(tmp_path):
    import json

    golden = shared() / 'golden' / 'all-MiniLM-L6-v2'
    texts = [json.loads(line)['text'] for line in (golden / 'texts.jsonl').open()]
    expected = np.fromfile(golden / 'embeddings.f32', dtype='<f4').reshape(-1, 384)
    # The reference reads `[SEP]` inside a text as a special token; here it is plain text.
    plain = [row for row, text in enumerate(texts) if '[SEP]' not in text and '[CLS]' not in text]
    teacher = Teacher(Path(os.environ['SLUICE_TEACHER']), 256, torch.float32)
    cosines = (encode_cached(teacher, 'golden', texts, tmp_path, Log(), shard=100) * expected).sum(axis=1)
    assert cosines[plain].min() > 0.9999
