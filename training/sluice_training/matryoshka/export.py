"""Writes the turned model as a sentence-transformers folder: the teacher's files, and the rotation as a Dense module."""

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from .recipe import WIDTHS

COPIED = ('config.json', 'sentence_bert_config.json', 'special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt')
MODULES = (('', 'Transformer'), ('1_Pooling', 'Pooling'), ('2_Dense', 'Dense'), ('3_Normalize', 'Normalize'))
# In float32 the identity; kept apart from `COPIED` because it is what is quantized.
WEIGHTS = 'model.safetensors'


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')


def module_list() -> list[dict]:
    return [
        {'idx': index, 'name': str(index), 'path': path, 'type': f'sentence_transformers.models.{kind}'}
        for index, (path, kind) in enumerate(MODULES)
    ]


def export(teacher: Path, rotation: np.ndarray, folder: Path) -> None:
    """`rotation` is inputs x outputs; a Dense module multiplies by its weight from the left, so it is stored transposed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(teacher / name, folder / name)
    weights = {name: tensor for name, tensor in load_file(teacher / WEIGHTS).items() if not name.startswith('pooler.')}
    save_file(weights, folder / WEIGHTS, {'format': 'pt'})
    inputs, outputs = rotation.shape
    write_json(folder / 'modules.json', module_list())
    write_json(folder / 'config_sentence_transformers.json', {'similarity_fn_name': 'cosine', 'matryoshka_dims': [*WIDTHS, outputs]})
    write_json(folder / '1_Pooling' / 'config.json', {'word_embedding_dimension': inputs, 'pooling_mode_mean_tokens': True})
    activation = 'torch.nn.modules.linear.Identity'
    dense = {'in_features': inputs, 'out_features': outputs, 'bias': False, 'activation_function': activation}
    write_json(folder / '2_Dense' / 'config.json', dense)
    weight = torch.from_numpy(np.ascontiguousarray(rotation.T))
    save_file({'linear.weight': weight}, folder / '2_Dense' / 'model.safetensors', {'format': 'pt'})
