"""The head as ONNX nodes behind the shipped int8 trunk: a second output of one graph, so one pass gives both vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

from .head import MEAN_LENGTH, QUERY_TERMS, QueryHead, SparseHead

OUTPUT = 'term_weights'
QUERY_OUTPUT = 'query_weights'
STATES = 'last_hidden_state'


class Nodes:
    """Collects nodes and constants, all under one prefix."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], output: str = '', **attributes: object) -> str:
        name = output or f'sparse_{operator}_{len(self.nodes)}'
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, values: np.ndarray) -> str:
        name = f'sparse_constant_{len(self.constants)}'
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(self, value: str, layer: torch.nn.Linear) -> str:
        product = self.add('MatMul', [value, self.constant(layer.weight.detach().numpy().T)])
        return product if layer.bias is None else self.add('Add', [product, self.constant(layer.bias.detach().numpy())])

    def gelu(self, value: str) -> str:
        return self.add('Gelu', [value], domain='com.microsoft')

    def reduced(self, operator: str, value: str, axis: int, keep: bool) -> str:
        return self.add(operator, [value, self.constant(np.array([axis], dtype=np.int64))], keepdims=int(keep))

    def scalar(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))


def with_head(trunk: onnx.ModelProto, head: SparseHead, asked: QueryHead) -> onnx.ModelProto:
    """A copy of the trunk's model with the outputs `term_weights` and `query_weights`, batch x vocabulary.

    Other outputs stay as they are.
    """
    model = onnx.ModelProto()
    model.CopyFrom(trunk)
    nodes = Nodes()
    write_heads(nodes, head, asked)
    model.graph.node.extend(nodes.nodes)
    model.graph.initializer.extend(nodes.constants)
    shape = ['batch', len(head.term_of)]
    for name in (OUTPUT, QUERY_OUTPUT):
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    onnx.checker.check_model(model)
    return model


@torch.no_grad()
def write_heads(nodes: Nodes, head: SparseHead, asked: QueryHead) -> None:
    mask = nodes.add('Cast', ['attention_mask'], to=TensorProto.FLOAT)
    tokens = counted_tokens(nodes, head, mask)
    values = expansions(nodes, head, mask)
    own = saturated(nodes, head, tokens)
    both = nodes.add('Add', [own, scaled(nodes, placed(nodes, head, values), head.gamma)])
    nodes.add('Mul', [both, nodes.constant(head.nu.exp().numpy())], OUTPUT)
    own = summed(nodes, tokens, token_weights(nodes, asked, tokens), 'max')
    both = nodes.add('Add', [own, scaled(nodes, placed_best(nodes, head, values, tokens), asked.gamma)])
    table = asked.free() * (head.term_of == torch.arange(len(head.term_of)))
    nodes.add('Mul', [both, nodes.constant(table.numpy())], QUERY_OUTPUT)


@dataclass(frozen=True)
class Tokens:
    """Values of the graph: the term of each token (int64), whether it counts (float), and zeros of batch x vocabulary."""

    terms: str
    counted: str
    zeros: str


def counted_tokens(nodes: Nodes, head: SparseHead, mask: str) -> Tokens:
    term_of = head.term_of.numpy()
    gathered = nodes.add('Gather', [nodes.constant(term_of.astype(np.int32)), 'input_ids'])
    none = nodes.constant(np.array(0, dtype=np.int32))
    terms = nodes.add('Cast', [nodes.add('Max', [gathered, none])], to=TensorProto.INT64)
    is_term = nodes.add('Cast', [nodes.add('GreaterOrEqual', [gathered, none])], to=TensorProto.FLOAT)
    rows = nodes.add('Shape', [mask], start=0, end=1)
    shape = nodes.add('Concat', [rows, nodes.constant(np.array([len(term_of)], dtype=np.int64))], axis=0)
    zeros = nodes.add('ConstantOfShape', [shape], value=numpy_helper.from_array(np.zeros(1, dtype=np.float32)))
    return Tokens(terms, nodes.add('Mul', [is_term, mask]), zeros)


def token_weights(nodes: Nodes, head: SparseHead | QueryHead, tokens: Tokens) -> str:
    score = nodes.linear(nodes.gelu(nodes.linear(STATES, head.own_in)), head.own_out)
    score = nodes.add('Squeeze', [score, nodes.constant(np.array([2], dtype=np.int64))])
    clipped = nodes.add('Clip', [score, nodes.scalar(-8), nodes.scalar(3)])
    return nodes.add('Mul', [nodes.add('Exp', [clipped]), tokens.counted])


def summed(nodes: Nodes, tokens: Tokens, weights: str, reduction: str) -> str:
    return nodes.add('ScatterElements', [tokens.zeros, tokens.terms, weights], axis=1, reduction=reduction)


def saturated(nodes: Nodes, head: SparseHead, tokens: Tokens) -> str:
    sums = summed(nodes, tokens, token_weights(nodes, head, tokens), 'add')
    k, b = float(F.softplus(head.k)), float(torch.sigmoid(head.b))
    length = nodes.reduced('ReduceSum', tokens.counted, 1, keep=True)
    norm = nodes.add('Add', [nodes.add('Mul', [length, nodes.scalar(k * b / MEAN_LENGTH)]), nodes.scalar(k * (1 - b))])
    return nodes.add('Div', [sums, nodes.add('Add', [sums, norm])])


def scaled(nodes: Nodes, value: str, gamma: torch.Tensor) -> str:
    return nodes.add('Mul', [value, nodes.scalar(float(F.softplus(gamma)))])


def expansions(nodes: Nodes, head: SparseHead, mask: str) -> str:
    logits = nodes.add('MatMul', [STATES, nodes.constant(head.slots.numpy().T)])
    hidden = nodes.add('Mul', [nodes.add('Sub', [mask, nodes.scalar(1)]), nodes.scalar(1e9)])
    column = nodes.add('Unsqueeze', [hidden, nodes.constant(np.array([2], dtype=np.int64))])
    attention = nodes.add('Softmax', [nodes.add('Add', [logits, column])], axis=1)
    read = nodes.add('MatMul', [nodes.add('Transpose', [attention], perm=[0, 2, 1]), STATES])
    refined = nodes.linear(nodes.gelu(nodes.linear(read, head.refine_in)), head.refine_out)
    vectors = nodes.add('Add', [nodes.linear(read, head.project), refined])
    lengths = nodes.reduced('ReduceL2', vectors, 2, keep=True)
    unit = nodes.add('Div', [vectors, nodes.add('Max', [lengths, nodes.scalar(1e-12)])])
    products = nodes.add('MatMul', [unit, rounded_rows(nodes, head)])
    best = nodes.add('Sub', [nodes.reduced('ReduceMax', products, 1, keep=False), nodes.constant(head.bias.numpy())])
    return nodes.add('Log', [nodes.add('Add', [nodes.add('Relu', [best]), nodes.scalar(1)])])


def placed(nodes: Nodes, head: SparseHead, values: str) -> str:
    """Batch x vocabulary from batch x expandable."""
    # Column 0 is what terms without expansion read.
    filled = nodes.add('Pad', [values, nodes.constant(np.array([0, 1, 0, 0], dtype=np.int64))])
    column_of = np.zeros(len(head.term_of), dtype=np.int32)
    column_of[head.expandable.numpy()] = np.arange(1, len(head.expandable) + 1, dtype=np.int32)
    return nodes.add('Gather', [filled, nodes.constant(column_of)], axis=1)


def placed_best(nodes: Nodes, head: SparseHead, values: str, tokens: Tokens) -> str:
    """The same with the largest alone."""
    most = min(QUERY_TERMS, len(head.expandable))
    largest, found = f'{values}_largest', f'{values}_places'
    nodes.nodes.append(helper.make_node('TopK', [values, nodes.constant(np.array([most], dtype=np.int64))], [largest, found], axis=1))
    terms = nodes.add('Gather', [nodes.constant(head.expandable.numpy().astype(np.int64)), found])
    return nodes.add('ScatterElements', [tokens.zeros, terms, largest], axis=1)


def rounded_rows(nodes: Nodes, head: SparseHead) -> str:
    """The table of terms, width x terms, in int8 with a scale for each term."""
    codes, scales = int8_rows(head.rows.numpy())
    # Not DequantizeLinear: runtimes join that with the product and round the other side as well.
    return nodes.add('Mul', [nodes.add('Cast', [nodes.constant(codes.T)], to=TensorProto.FLOAT), nodes.constant(scales)])


def int8_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    peak = np.abs(rows).max(axis=1)
    scales = np.where(peak > 0, peak / 127, 1).astype(np.float32)
    return np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8), scales
