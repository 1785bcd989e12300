"""Scores of logits against labels, in one line."""

import collections

import numpy as np


def ap(s, y):
    order = np.argsort(-s, kind="stable")
    y = y[order]
    return float((np.cumsum(y) / np.arange(1, len(y) + 1))[y == 1].sum() / max(1, y.sum()))


def accepted(s, y, false_share):
    """The share of the same ones above the score that lets so large a share
    of the different ones through."""
    if (y == 0).sum() == 0:
        return float("nan")
    t = np.quantile(s[y == 0], 1 - false_share)
    return float((s[y == 1] > t).mean())


def report(s, rows):
    y = np.array([r[2] for r in rows], int)
    s = np.nan_to_num(s, nan=-20.0)
    if y.min() == y.max():
        return f"mean logit {s.mean():.2f}, over 0: {(s > 0).mean():.3f}, over 2: {(s > 2).mean():.3f}"
    kinds = collections.defaultdict(list)
    for z, r in zip(s, rows):
        if not r[2]:
            kinds[r[3]].append(z > 1)
    worst = sorted(((np.mean(v), k, len(v)) for k, v in kinds.items() if len(v) >= 8), reverse=True)[:7]
    return (
        f"ap {ap(s, y):.4f}  same accepted at 1/2/5% of different {accepted(s, y, .01):.3f}/{accepted(s, y, .02):.3f}/{accepted(s, y, .05):.3f}"
        f"  acc {((s > 0) == y).mean():.3f}  worst " + " ".join(f"{k}:{m:.2f}" for m, k, _ in worst)
    )
