"""The stream of questions that the shipped calibration is made on.

    LIKEWISE_DATA=... python calibration_stream.py > stream.jsonl

The written groups that are held out from training: every text of a group's
same ones, whose answer is one, and one in fifty of its near misses, for in what
people ask those are rarer than in a list of traps. Education, health and law,
everyday, support, enterprise, programming, writing. And questions of a bank's
customers, whose intents lie close together as they do in earnest; the model has
seen those in training, so for them the calibration is too hopeful. All in random
order.
"""

import collections
import json
import random
import sys

import data

NEAR_MISSES = 0.02
BANK = 2500

# Groups that ask what another group asks, found by reading the surest of what
# the first calibrations called wrong. The other group stays.
TWICE = {
    "What's the maximum adult dose of paracetamol per day?",
    "convert 180 c to fahrenheit",
    "My tomato leaves are turning yellow from the bottom up, why?",
    "What happens if you pour acid into water?",
    "Regex that removes only trailing whitespace from each line",
}

rng = random.Random(13)
out, firsts = {}, set(TWICE)
for i, g in enumerate(data.groups(dev=True)):
    if g["same"][0] in firsts:
        continue
    firsts.add(g["same"][0])
    for t in g["same"]:
        out.setdefault(t, {"text": t, "intent": f"{i}", "source": g["domain"]})
    for k, (t, kind) in enumerate(g["diff"]):
        if rng.random() < NEAR_MISSES:
            out.setdefault(t, {"text": t, "intent": f"{i}-{k}", "source": g["domain"]})
bank = data.lines("banking77-train")
for r in rng.sample(bank, BANK):
    out.setdefault(r["text"], dict(r, source="banking77"))
rows = list(out.values())
rng.shuffle(rows)
for r in rows:
    print(json.dumps(r, ensure_ascii=False))
print(len(rows), collections.Counter(r["source"] for r in rows), file=sys.stderr)
