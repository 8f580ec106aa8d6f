import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sluice_training.bert import load_bert
from sluice_training.corpus import Encoded
from sluice_training.encode import CLS, SEP
from sluice_training.matryoshka.batches import Texts
from sluice_training.matryoshka.export import COPIED, export
from sluice_training.tokens import Bags

HIDDEN, WORDS = 12, ['[PAD]', *(f'[unused{i}]' for i in range(99)), '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'water', 'is', 'wet']
CONFIG = {
    'model_type': 'bert',
    'architectures': ['BertModel'],
    'vocab_size': len(WORDS),
    'hidden_size': HIDDEN,
    'num_hidden_layers': 2,
    'num_attention_heads': 2,
    'intermediate_size': 24,
    'max_position_embeddings': 16,
    'type_vocab_size': 2,
    'layer_norm_eps': 1e-12,
    'hidden_act': 'gelu',
}


def shapes() -> dict[str, tuple[int, ...]]:
    """Of a BERT file as hubs have it."""
    named: dict[str, tuple[int, ...]] = {'pooler.dense.weight': (HIDDEN, HIDDEN), 'pooler.dense.bias': (HIDDEN,)}
    for name, rows in (('word', len(WORDS)), ('position', 16), ('token_type', 2)):
        named[f'embeddings.{name}_embeddings.weight'] = (rows, HIDDEN)
    linear = {'attention.self.query': 12, 'attention.self.key': 12, 'attention.self.value': 12, 'attention.output.dense': 12}
    norms = ['embeddings.LayerNorm']
    for layer in range(2):
        at = f'encoder.layer.{layer}.'
        for name, outputs in {**linear, 'intermediate.dense': 24}.items():
            named |= {f'{at}{name}.weight': (outputs, HIDDEN), f'{at}{name}.bias': (outputs,)}
        named |= {f'{at}output.dense.weight': (HIDDEN, 24), f'{at}output.dense.bias': (HIDDEN,)}
        norms += [f'{at}attention.output.LayerNorm', f'{at}output.LayerNorm']
    return named | {f'{norm}.{kind}': (HIDDEN,) for norm in norms for kind in ('weight', 'bias')}


@pytest.fixture
def teacher(tmp_path):
    folder, generator = tmp_path / 'teacher', torch.Generator().manual_seed(4)
    folder.mkdir()
    for name in COPIED:
        (folder / name).write_text('{}')
    tokenizer = {
        'version': '1.0',
        'added_tokens': [],
        'normalizer': {'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True, 'strip_accents': None, 'lowercase': True},
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {'type': 'BertProcessing', 'sep': ['[SEP]', SEP], 'cls': ['[CLS]', CLS]},
        'model': {
            'type': 'WordPiece',
            'unk_token': '[UNK]',
            'continuing_subword_prefix': '##',
            'max_input_chars_per_word': 100,
            'vocab': {word: row for row, word in enumerate(WORDS)},
        },
    }
    special = {f'{kind}_token': f'[{kind.upper()}]' for kind in ('pad', 'unk', 'cls', 'sep', 'mask')}
    (folder / 'config.json').write_text(json.dumps(CONFIG))
    (folder / 'tokenizer.json').write_text(json.dumps(tokenizer))
    (folder / 'tokenizer_config.json').write_text(json.dumps({'tokenizer_class': 'BertTokenizer', 'model_max_length': 16, **special}))
    (folder / 'special_tokens_map.json').write_text(json.dumps(special))
    (folder / 'sentence_bert_config.json').write_text(json.dumps({'max_seq_length': 16, 'do_lower_case': False}))
    (folder / 'vocab.txt').write_text('\n'.join(WORDS) + '\n')
    save_file({name: torch.randn(shape, generator=generator) for name, shape in shapes().items()}, folder / 'model.safetensors')
    return folder


ROTATION = np.linalg.qr(np.random.default_rng(8).normal(size=(HIDDEN, HIDDEN)))[0].astype(np.float32)


def vectors_of(folder, ids: list[int]) -> np.ndarray:
    with torch.inference_mode():
        return load_bert(folder)(torch.tensor([[CLS, *ids, SEP]])).numpy()[0]


def test_the_folder_holds_the_teacher_and_the_map(teacher, tmp_path):
    export(teacher, ROTATION, tmp_path / 'out')
    ids = [104, 105, 106]
    np.testing.assert_array_equal(vectors_of(tmp_path / 'out', ids), vectors_of(teacher, ids))
    weight = load_file(tmp_path / 'out' / '2_Dense' / 'model.safetensors')['linear.weight'].numpy()
    np.testing.assert_array_equal(weight, ROTATION.T)


def test_sentence_transformers_reads_the_folder_and_gives_the_turned_vector(teacher, tmp_path):
    library = pytest.importorskip('sentence_transformers', reason='sentence-transformers is not installed')
    export(teacher, ROTATION, tmp_path / 'out')
    found = library.SentenceTransformer(str(tmp_path / 'out'), device='cpu').encode(['Water is wet'])[0]
    np.testing.assert_allclose(found, vectors_of(teacher, [104, 105, 106]) @ ROTATION, atol=1e-5)


def part(name: str, held_out: list[bool], answers: list[tuple[int, int]]) -> Encoded:
    vectors = np.arange(len(held_out), dtype=np.float16)[:, None] + (100 if name.endswith('passages') else 0)
    bags = Bags(np.zeros(len(held_out), dtype=np.int32), np.arange(len(held_out) + 1))
    return Encoded(name, bags, vectors, np.array(held_out), np.array(answers, dtype=np.int64).reshape(-1, 2))


def test_batches_hold_nothing_that_is_held_out():
    corpus = [
        part('s.queries', [False, True, False], [(0, 0), (1, 1), (2, 2), (2, 1)]),
        part('s.passages', [False, True, False, False], []),
    ]
    seen = np.concatenate([np.concatenate(sides) for sides in Texts(corpus).batches(50, 4, np.random.default_rng(1))])
    assert set(seen.ravel().tolist()) == {0, 2, 100, 102, 103}
