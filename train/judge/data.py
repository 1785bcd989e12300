"""The pairs that the pair model is trained and tuned on.

Every source yields (a, b, same, kind). What a source's own labels are worth,
and how much of it a mix takes, stands in MIX.
"""

import collections
import gzip
import hashlib
import json
import math
import os
import random
import re

import edits

DATA = os.environ.get("LIKEWISE_DATA", "data")
OURS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pairs")


def lines(name):
    with gzip.open(os.path.join(DATA, name + ".jsonl.gz"), "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def plain(name, keep=None):
    """The rows of a file of labelled pairs."""
    rows = lines(name)
    return [(r["a"], r["b"], bool(r["same"]), r.get("src", name).split(":")[0]) for r in rows if keep is None or keep(r)]


def fold(text, n):
    """A stable number in 0..n-1 for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % n


# Words are compared without case and punctuation.
def bag(text):
    return set(re.findall(r"\w+", text.lower()))


def jaccard(a, b):
    a, b = bag(a), bag(b)
    return len(a & b) / max(1, len(a | b))


def groups(dev):
    """The written groups: one in ten is held out for dev, by its first text."""
    rows = lines("written")
    for name in sorted(os.listdir(OURS)) if os.path.isdir(OURS) else []:
        if name.endswith(".jsonl"):
            with open(os.path.join(OURS, name), encoding="utf-8") as f:
                rows += [dict(json.loads(line), file=name[:-6]) for line in f]
    return [r for r in rows if (fold(r["same"][0], 10) == 0) == dev]


def written(dev=False, rng=None):
    """Pairs of groups: all of the same ones, and each different text with
    the closest of the same ones and with another one."""
    out = []
    rng = rng or random.Random(5)
    for g in groups(dev):
        same, src = g["same"], g.get("file", "written")
        out += [(a, b, True, src) for i, a in enumerate(same) for b in same[i + 1 :]]
        for text, kind in g["diff"]:
            near = max(same, key=lambda s: jaccard(s, text))
            out.append((near, text, False, kind))
            out.append((rng.choice([s for s in same if s != near]), text, False, kind))
    return out


def nearest(docs, i, inverted, idf, norm, skip, n=8):
    """The documents that share the rarest words with document i (TF-IDF),
    without those that skip says."""
    score = collections.Counter()
    for w in docs[i]:
        for j in inverted.get(w, ()):
            if not skip(j):
                score[j] += idf[w] ** 2 / norm[i] / norm[j]
    return [j for j, _ in score.most_common(n)]


def inverted_index(docs):
    """Words to documents, without the most frequent ones; idf; norms."""
    df = collections.Counter(w for d in docs for w in d)
    idf = {w: math.log(len(docs) / c) for w, c in df.items()}
    inverted = collections.defaultdict(list)
    for i, d in enumerate(docs):
        for w in d:
            if df[w] < len(docs) // 8:
                inverted[w].append(i)
    return inverted, idf, [math.sqrt(sum(idf[w] ** 2 for w in d)) or 1 for d in docs]


def crossed(n, rng, dev=False):
    """Texts of two written groups, which ask for different things: half of
    the time the nearest ones by TF-IDF, half of the time any two of a domain.
    Without them "few words in common" would mean "the same" to the model, for
    that is what it means within a group."""
    rows = [(t, i, g["domain"]) for i, g in enumerate(groups(dev)) for t in g["same"]]
    docs = [bag(t) for t, *_ in rows]
    inverted, idf, norm = inverted_index(docs)
    by = collections.defaultdict(list)
    for i, r in enumerate(rows):
        by[r[2]].append(i)
    out = []
    while len(out) < n:
        i = rng.randrange(len(rows))
        if rng.random() < 0.5:
            near = nearest(docs, i, inverted, idf, norm, lambda j: rows[j][1] == rows[i][1])
        else:
            near = [j for j in rng.sample(by[rows[i][2]], min(4, len(by[rows[i][2]]))) if rows[j][1] != rows[i][1]]
        if near:
            out.append((rows[i][0], rows[rng.choice(near)][0], False, "crossed"))
    return out


def held_out_intents(n=17):
    """The bank's intents that are kept for dev, of 77."""
    intents = {r["intent"] for r in lines("banking77-train")}
    return sorted(intents, key=lambda i: hashlib.sha256(i.encode()).digest())[:n]


def banking(n, rng, dev=False, every=False):
    """Two questions of one intent, and a question with the nearest of other
    intents by TF-IDF. 17 of the 77 intents are kept for dev, unless `every`."""
    rows, held = lines("banking77-train"), set(() if every else held_out_intents())
    rows = [r for r in rows if (r["intent"] in held) == dev]
    docs = [bag(r["text"]) for r in rows]
    inverted, idf, norm = inverted_index(docs)
    by = collections.defaultdict(list)
    for i, r in enumerate(rows):
        by[r["intent"]].append(i)
    out = []
    for i in rng.choices(range(len(rows)), k=n // 2):
        intent = rows[i]["intent"]
        # Near and far ones of both labels: were the far ones always the same,
        # "few words in common" would mean "the same".
        same = nearest(docs, i, inverted, idf, norm, lambda j: j == i or rows[j]["intent"] != intent, 6) if rng.random() < 0.6 else by[intent]
        other = nearest(docs, i, inverted, idf, norm, lambda j: rows[j]["intent"] == intent) if rng.random() < 0.5 else range(len(rows))
        a = rng.choice(same) if same else i
        b = rng.choice(other) if other else i
        if a != i:
            out.append((rows[i]["text"], rows[a]["text"], True, "banking77"))
        if rows[b]["intent"] != intent:
            out.append((rows[i]["text"], rows[b]["text"], False, "banking77"))
    return out


def edited(texts, n, rng, entities):
    """Edits of real questions, as many harmless as harmful ones; a harmful
    one carries a harmless edit half of the time."""
    out = []
    while len(out) < n:
        t = rng.choice(texts)
        if len(t) < 12 or len(t) > 300:
            continue
        if rng.random() < 0.42:
            r = edits.harmless(t, rng)
            if r:
                kind, new = r
                if rng.random() < 0.4:
                    new = (edits.harmless(new, rng) or (0, new))[1]
                out.append((t, new, True, "edit-" + kind))
        else:
            r = edits.harmful(t, rng, entities)
            if r:
                kind, new = r
                if rng.random() < 0.4:
                    new = (edits.harmless(new, rng) or (0, new))[1]
                out.append((t, new, False, "edit-" + kind))
    return out


def roughen(pairs, rng, share):
    """Writes some texts as hurried people do; the label stays."""
    out = []
    for a, b, same, kind in pairs:
        if rng.random() < share:
            b = (edits.harmless(b, rng) or (0, b))[1]
        out.append((a, b, same, kind))
    return out


def mix(seed, qqp, edit, written_times, other=1.0, bank_every=0, cross=0):
    """A shuffled training mix. `other` scales the remaining public sets."""
    rng = random.Random(seed)
    train = plain("qqp-train")
    texts = [a for a, *_ in train] + [b for _, b, *_ in train]
    bank = [r["text"] for r in lines("banking77-train")]
    entities = edits.Entities(texts[:40000])

    def some(rows, n):
        return rng.sample(rows, min(n, len(rows)))

    out = some(train, qqp)
    out += edited(texts + bank, edit, rng, entities)
    # The positive edits of true pairs: low overlap and harmless noise together.
    out += roughen(some([r for r in train if r[2]], qqp // 10), rng, 1)
    out += some(plain("text2sql"), int(other * 9000))
    out += some(plain("spider-syn"), int(other * 5000))
    out += some(plain("disfl-qa"), int(other * 6000))
    out += [r for r in some(plain("rqe-med-train"), int(other * 4000)) if r[2] or rng.random() < 0.35]
    out += some(plain("checklist-qqp"), int(other * 3000))
    out += some(plain("contrast-questions"), int(other * 1600)) + some(plain("negation-minimal"), int(other * 1400)) + some(plain("conjnli-false"), int(other * 1800))
    out += banking(bank_every, rng, every=True) if bank_every else banking(int(other * 9000), rng)
    out += roughen(crossed(cross, rng), rng, 0.15)
    if not written_times:
        out += some(roughen(written(rng=rng), rng, 0.15), 10000)
    for _ in range(written_times):
        out += roughen(written(rng=rng), rng, 0.15)
    rng.shuffle(out)
    return out


def dev_sets():
    """Named lists of (a, b, same, kind) that nothing is trained on."""
    rng = random.Random(11)
    q = plain("qqp-dev")
    return {
        "written-dev": written(dev=True),
        "crossed-dev": written(dev=True)[:1] + crossed(600, rng, dev=True),
        "qqp-dev": rng.sample(q, 3000),
        "banking-unseen": banking(1500, rng, dev=True),
        "gptcache-999": [(r["a"], r["b"], True, "paraphrase") for r in lines("gptcache-999")],
    }


if __name__ == "__main__":
    m = mix(1, 60000, 20000, 1)
    print(len(m), sum(r[2] for r in m) / len(m))
    for k, n in collections.Counter(r[3] for r in m).most_common():
        print(k, n)
    for k, d in dev_sets().items():
        print(k, len(d), sum(r[2] for r in d) / len(d))
