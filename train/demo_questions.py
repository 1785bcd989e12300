"""The questions of `likewise demo`: 2,000 of PolyAI's Banking77 (CC BY 4.0).

    LIKEWISE_DATA=.../data python train/demo_questions.py

writes cmd/likewise/demo/questions.jsonl.gz: a sample of the train split without
replacement, in random order, with a fixed seed. Standard library only.
"""

import gzip
import json
import os
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = pathlib.Path(os.environ.get("LIKEWISE_DATA", ROOT.parent / "shared" / "data"))

with gzip.open(DATA / "banking77-train.jsonl.gz", "rt", encoding="utf-8") as f:
    rows = [json.loads(line) for line in f]
rows = random.Random(77).sample(rows, 2000)
out = ROOT / "cmd" / "likewise" / "demo" / "questions.jsonl.gz"
out.parent.mkdir(parents=True, exist_ok=True)
lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as f:
    f.write(lines.encode())
print(len(rows), "questions,", len({r["intent"] for r in rows}), "intents,", out.stat().st_size, "bytes")
