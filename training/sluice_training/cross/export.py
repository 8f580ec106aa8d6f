"""Writes the model as a folder for sequence classification with one logit, which sentence-transformers' CrossEncoder reads."""

import json
import shutil
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from .model import CrossEncoder

COPIED = ('special_tokens_map.json', 'tokenizer.json', 'vocab.txt')


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')


def hub_weights(model: CrossEncoder) -> dict[str, Tensor]:
    """Under the names that a BertForSequenceClassification has."""
    ours, named = model.state_dict(), {}
    for theirs, name in (('word', 'words'), ('position', 'positions'), ('token_type', 'types')):
        named[f'bert.embeddings.{theirs}_embeddings.weight'] = ours[f'trunk.{name}.weight']
    for kind in ('weight', 'bias'):
        named[f'bert.embeddings.LayerNorm.{kind}'] = ours[f'trunk.norm.{kind}']
        named[f'bert.pooler.dense.{kind}'] = ours[f'pooler.{kind}']
        named[f'classifier.{kind}'] = ours[f'classifier.{kind}']
        for layer in range(len(model.trunk.layers)):
            old, new = f'bert.encoder.layer.{layer}', f'trunk.layers.{layer}'
            for part, tensor in zip(('query', 'key', 'value'), ours[f'{new}.attention_in.{kind}'].chunk(3), strict=True):
                named[f'{old}.attention.self.{part}.{kind}'] = tensor
            named[f'{old}.attention.output.dense.{kind}'] = ours[f'{new}.attention_out.{kind}']
            named[f'{old}.attention.output.LayerNorm.{kind}'] = ours[f'{new}.attention_norm.{kind}']
            named[f'{old}.intermediate.dense.{kind}'] = ours[f'{new}.feed_in.{kind}']
            named[f'{old}.output.dense.{kind}'] = ours[f'{new}.feed_out.{kind}']
            named[f'{old}.output.LayerNorm.{kind}'] = ours[f'{new}.feed_norm.{kind}']
    return {name: tensor.detach().clone().contiguous() for name, tensor in named.items()}


def export(start: Path, model: CrossEncoder, folder: Path, max_tokens: int) -> None:
    """`start` is the folder that the training began from: its tokenizer and configuration are kept.

    `max_tokens` is what is to be read of a pair at a time: nothing longer was trained.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(start / name, folder / name)
    tokenizer = json.loads((start / 'tokenizer_config.json').read_text())
    tokenizer.pop('name_or_path', None)
    write_json(folder / 'tokenizer_config.json', tokenizer | {'model_max_length': max_tokens})
    config = json.loads((start / 'config.json').read_text())
    config |= {
        'architectures': ['BertForSequenceClassification'],
        'id2label': {'0': 'LABEL_0'},
        'label2id': {'LABEL_0': 0},
        # Logits as they are: what a threshold and a calibration are fitted on.
        'sentence_transformers': {'activation_fn': 'torch.nn.modules.linear.Identity', 'version': '4.1.0'},
    }
    config.pop('_name_or_path', None)
    write_json(folder / 'config.json', config)
    partial = folder / 'model.partial'
    save_file(hub_weights(model), partial, {'format': 'pt'})
    partial.replace(folder / 'model.safetensors')
