import json
import struct
from hashlib import sha256

import numpy as np
import pytest
from sluice_training.static.export import export
from sluice_training.static.table import kept_tokens, load_table, quantize, save_table
from sluice_training.tokens import tokenize, wordpiece

WORDS = ['[UNK]', *'abcdefghijklmnopqrstuvwxyz', *(f'##{c}' for c in 'abcdefghijklmnopqrstuvwxyz'), '[', ']', 'water', 'the']


@pytest.fixture
def table():
    rows = np.random.default_rng(7).normal(size=(len(WORDS), 256)) * np.geomspace(1, 1e-3, len(WORDS))[:, None]
    return quantize(WORDS, rows)


def decode(path):
    """Reads the file by the package's description of its bytes, without the safetensors library."""
    raw = path.read_bytes()
    (length,) = struct.unpack('<Q', raw[:8])
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    start, end = header['scales']['data_offsets']
    scales = np.frombuffer(data[start:end], dtype='<f4')
    start, end = header['embeddings']['data_offsets']
    return length, header, scales, np.frombuffer(data[start:end], dtype='i1').reshape(-1, 256)


def test_file_follows_its_description(table, tmp_path):
    save_table(table, tmp_path)
    length, header, scales, codes = decode(tmp_path / 'model.safetensors')
    assert (8 + length) % 8 == 0
    assert header['scales']['dtype'] == 'F32' and header['scales']['data_offsets'][0] == 0
    assert header['embeddings']['dtype'] == 'I8'
    np.testing.assert_array_equal(scales, table.scales)
    np.testing.assert_array_equal(codes, table.codes)


def test_golden_vectors_follow_from_the_bytes(table, tmp_path):
    export(table, tmp_path)
    _, _, scales, codes = decode(tmp_path / 'model.safetensors')
    golden = json.loads((tmp_path / 'golden.json').read_text())
    assert len(golden['texts']) >= 50
    for row in golden['texts']:
        total = np.zeros(256)
        for token in row['ids']:
            total += float(scales[token]) * codes[token]
        for width, expected in row['vectors'].items():
            cut = total[: int(width)]
            length = np.sqrt((cut * cut).sum())
            np.testing.assert_allclose(cut / length if length > 0 else cut, expected, atol=1e-6)


def test_config_names_the_files_checksums(table, tmp_path):
    export(table, tmp_path)
    config = json.loads((tmp_path / 'config.json').read_text())
    for part in (config['weights'], config['tokenizer']):
        assert part['sha256'] == sha256((tmp_path / part['file']).read_bytes()).hexdigest()
    assert config['vocabularySize'] == len(WORDS)


def test_stored_table_encodes_like_the_float_rows(table, tmp_path):
    save_table(table, tmp_path)
    rows = np.random.default_rng(7).normal(size=(len(WORDS), 256)) * np.geomspace(1, 1e-3, len(WORDS))[:, None]
    stored = load_table(tmp_path)
    texts = ['the water', 'abc def', 'z']
    bags = tokenize(wordpiece(WORDS), texts)
    for width in (64, 128, 256):
        found = stored.encode(texts, width)
        for i in range(3):
            exact = rows[bags.ids[bags.offsets[i] : bags.offsets[i + 1]]].sum(axis=0)[:width]
            assert found[i] @ exact / np.linalg.norm(exact) > 0.9998


def test_unknown_words_count_nothing(table):
    vectors = table.encode(['水', '', 'water 水', 'water'])
    assert not vectors[:2].any()
    np.testing.assert_array_equal(vectors[2], vectors[3])


def test_special_tokens_are_plain_text_and_not_kept():
    vocabulary = ['[PAD]', '[unused0]', '[UNK]', '[CLS]', 'a']
    assert kept_tokens(vocabulary) == [2, 4]
    bags = tokenize(wordpiece(WORDS), ['[ab]'])
    assert [WORDS[row] for row in bags.ids] == ['[', 'a', '##b', ']']
