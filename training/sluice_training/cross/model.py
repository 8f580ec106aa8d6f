"""A BERT that reads a query and a passage together and says with one number how well they fit."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from ..bert import Bert, Layer, renamed


class CrossEncoder(nn.Module):
    """Pairs to logits: what the last layer makes of `[CLS]`, through a tanh layer and a linear one."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        hidden = config['hidden_size']
        self.trunk = Bert(config)
        self.pooler = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, 1)
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """All three are batch x length: token ids, 0 (query) or 1 (passage), true where there is a token."""
        trunk, attention = self.trunk, mask[:, None, None, :]
        states = trunk.words(ids) + trunk.positions.weight[: ids.shape[1]] + trunk.types(types)
        states = trunk.norm(states)
        for layer in trunk.layers[:-1]:
            states = layer(states, attention)
        first = first_token(trunk.layers[-1], states, attention)
        return self.classifier(torch.tanh(self.pooler(first)))[:, 0]


def first_token(layer: Layer, states: Tensor, mask: Tensor) -> Tensor:
    """The layer's output for the first token of each row (batch x hidden); the others are not computed."""
    batch, length, hidden = states.shape
    weights, bias = layer.attention_in.weight, layer.attention_in.bias
    query = F.linear(states[:, :1], weights[:hidden], bias[:hidden]).view(batch, 1, layer.heads, -1).transpose(1, 2)
    mixed = F.linear(states, weights[hidden:], bias[hidden:]).view(batch, length, 2, layer.heads, -1)
    keys, values = mixed.permute(2, 0, 3, 1, 4)
    context = F.scaled_dot_product_attention(query, keys, values, attn_mask=mask).reshape(batch, hidden)
    first = layer.attention_norm(states[:, 0] + layer.attention_out(context))
    return layer.feed_norm(first + layer.feed_out(F.gelu(layer.feed_in(first))))


def load_start(folder: Path) -> CrossEncoder:
    """The trunk and the pooler of a BERT folder in hub layout; the classifier is new, unless the folder has one."""
    config = json.loads((folder / 'config.json').read_text())
    weights = {name.removeprefix('bert.'): tensor for name, tensor in load_file(folder / 'model.safetensors').items()}
    model = CrossEncoder(config)
    model.trunk.load_state_dict(renamed(weights, config['num_hidden_layers']))
    for kind in ('weight', 'bias'):
        getattr(model.pooler, kind).data.copy_(weights[f'pooler.dense.{kind}'])
        if 'classifier.weight' in weights:
            getattr(model.classifier, kind).data.copy_(weights[f'classifier.{kind}'])
    return model


def freeze(model: CrossEncoder, layers: int) -> None:
    """No gradients for the embeddings and the lowest `layers` layers."""
    trunk = model.trunk
    for module in (trunk.words, trunk.positions, trunk.types, trunk.norm, *trunk.layers[:layers]):
        module.requires_grad_(False)
