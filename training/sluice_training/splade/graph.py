"""The head as ONNX nodes behind the shipped int8 trunk: a second output of one graph, so one pass gives both vectors."""

from collections.abc import Sequence

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .head import MEAN_LENGTH, SparseHead

OUTPUT = 'term_weights'
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


def with_head(trunk: onnx.ModelProto, head: SparseHead) -> onnx.ModelProto:
    """A copy of the trunk's model with the output `term_weights`, batch x vocabulary. Other outputs stay as they are."""
    model = onnx.ModelProto()
    model.CopyFrom(trunk)
    nodes = Nodes()
    write_head(nodes, head)
    model.graph.node.extend(nodes.nodes)
    model.graph.initializer.extend(nodes.constants)
    shape = ['batch', len(head.term_of)]
    model.graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape))
    onnx.checker.check_model(model)
    return model


@torch.no_grad()
def write_head(nodes: Nodes, head: SparseHead) -> None:
    mask = nodes.add('Cast', ['attention_mask'], to=TensorProto.FLOAT)
    own = own_terms(nodes, head, mask)
    expanded = expansions(nodes, head, mask)
    gamma = nodes.scalar(float(torch.nn.functional.softplus(head.gamma)))
    both = nodes.add('Add', [own, nodes.add('Mul', [expanded, gamma])])
    nodes.add('Mul', [both, nodes.constant(head.nu.exp().numpy())], OUTPUT)


def own_terms(nodes: Nodes, head: SparseHead, mask: str) -> str:
    term_of = head.term_of.numpy()
    terms = nodes.add('Gather', [nodes.constant(np.maximum(term_of, 0).astype(np.int64)), 'input_ids'])
    is_term = nodes.add('Gather', [nodes.constant((term_of >= 0).astype(np.float32)), 'input_ids'])
    counted = nodes.add('Mul', [is_term, mask])
    score = nodes.linear(nodes.gelu(nodes.linear(STATES, head.own_in)), head.own_out)
    score = nodes.add('Squeeze', [score, nodes.constant(np.array([2], dtype=np.int64))])
    clipped = nodes.add('Clip', [score, nodes.scalar(-8), nodes.scalar(3)])
    weights = nodes.add('Mul', [nodes.add('Exp', [clipped]), counted])
    rows = nodes.add('Shape', [mask], start=0, end=1)
    shape = nodes.add('Concat', [rows, nodes.constant(np.array([len(term_of)], dtype=np.int64))], axis=0)
    zeros = nodes.add('ConstantOfShape', [shape], value=numpy_helper.from_array(np.zeros(1, dtype=np.float32)))
    sums = nodes.add('ScatterElements', [zeros, terms, weights], axis=1, reduction='add')
    k, b = float(torch.nn.functional.softplus(head.k)), float(torch.sigmoid(head.b))
    length = nodes.reduced('ReduceSum', counted, 1, keep=True)
    norm = nodes.add('Add', [nodes.add('Mul', [length, nodes.scalar(k * b / MEAN_LENGTH)]), nodes.scalar(k * (1 - b))])
    return nodes.add('Div', [sums, nodes.add('Add', [sums, norm])])


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
    values = nodes.add('Log', [nodes.add('Add', [nodes.add('Relu', [best]), nodes.scalar(1)])])
    # Column 0 is what terms without expansion read.
    filled = nodes.add('Pad', [values, nodes.constant(np.array([0, 1, 0, 0], dtype=np.int64))])
    column_of = np.zeros(len(head.term_of), dtype=np.int64)
    column_of[head.expandable.numpy()] = np.arange(1, len(head.expandable) + 1)
    return nodes.add('Gather', [filled, nodes.constant(column_of)], axis=1)


def rounded_rows(nodes: Nodes, head: SparseHead) -> str:
    """The table of terms, width x terms, in int8 with a scale for each term."""
    codes, scales = int8_rows(head.rows.numpy())
    # Not DequantizeLinear: runtimes join that with the product and round the other side as well.
    return nodes.add('Mul', [nodes.add('Cast', [nodes.constant(codes.T)], to=TensorProto.FLOAT), nodes.constant(scales)])


def int8_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    peak = np.abs(rows).max(axis=1)
    scales = np.where(peak > 0, peak / 127, 1).astype(np.float32)
    return np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8), scales
