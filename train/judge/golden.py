"""Probabilities of a trained pair model in float32, for the tests.

    LIKEWISE_DATA=... python golden.py RUN > golden.json

The pairs are from the written groups (CC BY 4.0, written for this project).
"""

import json
import os
import random
import sys

import torch
from tokenizers import Tokenizer

import data
from train import Pair, encode, tensors

folder = sys.argv[1]
torch.set_num_threads(1)
tok = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
tok.no_padding(), tok.no_truncation()
model = Pair(folder).eval()
rows = random.Random(7).sample([r for r in data.written(dev=True) if len(r[0]) + len(r[1]) < 900], 260)
out = []
with torch.no_grad():
    for a, b, *_ in rows:
        if not (a + b).isascii():
            continue
        z = model(*tensors(encode(tok, [(a, b)], 512), [0])).double()
        out.append({"a": a, "b": b, "probability": round(torch.sigmoid(z).item(), 6)})
json.dump(out[:200], sys.stdout, indent=0)
print()
