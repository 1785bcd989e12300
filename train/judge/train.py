"""Trains the pair model: [CLS] a [SEP] b [SEP] through a BERT encoder, one
linear unit on [CLS] and the mean of all tokens, binary cross-entropy.

    LIKEWISE_DATA=... python train.py --out run1 --mix 60000,20000,1 --lr 1.2e-4
    LIKEWISE_DATA=... python train.py --out run2 --init run1 --mix ... --lr 1e-4

The word embeddings stay as they are in the encoder, so that both models share
them. Prints a line of scores for the dev sets every --eval-every steps.

With WORLD_SIZE=2 (torchrun --nproc-per-node 2) two processes of one thread each
halve every batch and average their gradients: on two cores that is a third
faster than one process of two threads, whose many small operations wait for
each other.
"""

import argparse
import json
import math
import os
import random
import time

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

import data
from scores import report


class Pair(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        config = BertConfig.from_pretrained(folder, attn_implementation="sdpa", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(os.path.join(folder, "model.safetensors"))
        weights = {k.removeprefix("bert."): v for k, v in weights.items()}
        head = weights.pop("classifier.weight", None), weights.pop("classifier.bias", None)
        for extra in [k for k in weights if k.startswith("pooler.") or k.endswith("position_ids")]:
            weights.pop(extra)
        self.bert.load_state_dict(weights, strict=False)
        self.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        self.classifier = torch.nn.Linear(2 * config.hidden_size, 1)
        if head[0] is not None:
            self.classifier.load_state_dict({"weight": head[0], "bias": head[1]})
        else:
            torch.nn.init.normal_(self.classifier.weight, std=0.02)
            torch.nn.init.zeros_(self.classifier.bias)

    def forward(self, ids, types, mask):
        x = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state.float()
        m = mask.unsqueeze(-1).float()
        mean = (x * m).sum(1) / m.sum(1)
        return self.classifier(torch.cat([x[:, 0], mean], -1)).squeeze(-1)


def encode(tok, pairs, limit):
    """Token ids and segment ids of each pair; None where it is too long."""
    out = []
    for e in tok.encode_batch(pairs):
        out.append((np.array(e.ids, np.int32), np.array(e.type_ids, np.int8)) if len(e.ids) <= limit else None)
    return out


def batches(lengths, size, tokens, rng):
    """Batches of like lengths, at most `size` pairs and `tokens` tokens."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    out = []
    for at in range(0, len(order), size * 50):
        pool = sorted(order[at : at + size * 50], key=lambda i: (lengths[i], rng.random()))
        batch, longest = [], 0
        for i in pool:
            longest = max(longest, lengths[i])
            if batch and (len(batch) == size or longest * (len(batch) + 1) > tokens):
                out.append(batch)
                batch, longest = [], lengths[i]
            batch.append(i)
        out.append(batch)
    rng.shuffle(out)
    return out


def tensors(encoded, idx):
    n = max(len(encoded[i][0]) for i in idx)
    ids, types, mask = (torch.zeros(len(idx), n, dtype=torch.long) for _ in range(3))
    for r, i in enumerate(idx):
        a, t = encoded[i]
        ids[r, : len(a)] = torch.from_numpy(a)
        types[r, : len(a)] = torch.from_numpy(t.astype(np.int64))
        mask[r, : len(a)] = 1
    return ids, types, mask


@torch.no_grad()
def logits(model, tok, pairs, limit=512):
    """One logit a pair, NaN where the pair is too long."""
    model.eval()
    encoded = encode(tok, pairs, limit)
    out = np.full(len(pairs), np.nan, np.float32)
    order = sorted((i for i in range(len(pairs)) if encoded[i] is not None), key=lambda i: len(encoded[i][0]))
    for at in range(0, len(order), 64):
        idx = order[at : at + 64]
        with torch.autocast("cpu", torch.bfloat16):
            out[idx] = model(*tensors(encoded, idx)).float().numpy()
    model.train()
    return out


def save(model, tok, source, out):
    os.makedirs(out, exist_ok=True)
    weights = {"bert." + k: v.contiguous() for k, v in model.bert.state_dict().items() if not k.endswith("position_ids")}
    weights |= {"classifier." + k: v.contiguous() for k, v in model.classifier.state_dict().items()}
    save_file(weights, os.path.join(out, "model.safetensors"))
    with open(os.path.join(source, "config.json")) as f:
        config = json.load(f)
    config["architectures"] = ["BertForSequenceClassification"]
    config["num_labels"] = 1
    config["classifier_input"] = "cls+mean"
    with open(os.path.join(out, "config.json"), "w") as f:
        json.dump(config, f, indent=1)
    tok.save(os.path.join(out, "tokenizer.json"))
    with open(os.path.join(out, "tokenizer_config.json"), "w") as f:
        json.dump({"model_max_length": 512}, f)


def gather(model):
    """Sums the processes' gradients."""
    params = [p for p in model.parameters() if p.requires_grad]
    flat = torch.cat([(p.grad if p.grad is not None else torch.zeros_like(p)).flatten() for p in params])
    dist.all_reduce(flat)
    at = 0
    for p in params:
        p.grad = flat[at : at + p.numel()].view_as(p)
        at += p.numel()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--init", required=True, help="folder of the encoder, or of an earlier run")
    p.add_argument("--out", required=True)
    p.add_argument("--mix", default="60000,20000,1", help="pairs of qqp, edits, times the written groups")
    p.add_argument("--other", type=float, default=1, help="how much of the other public sets")
    p.add_argument("--bank-every", type=int, default=0, help="so many pairs of all of the bank's intents, none held out")
    p.add_argument("--cross", type=int, default=0, help="so many pairs of texts of two written groups")
    p.add_argument("--lr", type=float, default=1.2e-4)
    p.add_argument("--last-lr", type=float, default=0, help="what the rate falls to")
    p.add_argument("--size", type=int, default=64)
    p.add_argument("--tokens", type=int, default=4096)
    p.add_argument("--limit", type=int, default=320, help="longest pair, in tokens")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--eval-every", type=int, default=500)
    p.add_argument("--minutes", type=float, default=0, help="stop after so long, the rate falling accordingly; 0: one pass")
    p.add_argument("--steps", type=int, default=0)
    a = p.parse_args()

    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if world > 1:
        dist.init_process_group("gloo")
    first = rank == 0
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    tok = Tokenizer.from_file(os.path.join(a.init, "tokenizer.json"))
    tok.no_padding(), tok.no_truncation()
    model = Pair(a.init)

    rows = data.mix(a.seed, *map(int, a.mix.split(",")), other=a.other, bank_every=a.bank_every, cross=a.cross)
    pairs, labels = [], []
    for x, y, same, _ in rows:
        pairs.append((x, y) if rng.random() < 0.5 else (y, x))
        labels.append(0.98 if same else 0.02)
    encoded = encode(tok, pairs, a.limit)
    keep = [i for i in range(len(pairs)) if encoded[i] is not None]
    encoded, labels = [encoded[i] for i in keep], torch.tensor([labels[i] for i in keep])
    todo = batches([len(e[0]) for e in encoded], a.size, a.tokens, rng)
    if a.steps:
        todo = todo[: a.steps]
    if first:
        print(f"{len(keep)} pairs, {len(todo)} steps, share same {labels.mean():.3f}", flush=True)

    opt = torch.optim.AdamW([q for q in model.parameters() if q.requires_grad], lr=a.lr, weight_decay=0.01, fused=True)
    dev = data.dev_sets() if first else {}
    warm, start, done, loss_sum, loss_n, paused = max(1, int(0.06 * len(todo))), time.time(), 0, 0.0, 0, 0.0
    model.train()
    for step, idx in enumerate(todo):
        share = step / len(todo)
        if a.minutes:
            share = max(share, (time.time() - start - paused) / 60 / a.minutes)
            if world > 1:  # the first process's clock counts
                share = torch.tensor(share)
                dist.broadcast(share, 0)
                share = share.item()
            if share >= 1:
                break
        rate = a.last_lr + (a.lr - a.last_lr) * min(1, (step + 1) / warm) * (1 - share)
        for g in opt.param_groups:
            g["lr"] = rate
        mine = idx[rank::world]
        loss = torch.zeros(())
        if mine:
            with torch.autocast("cpu", torch.bfloat16):
                z = model(*tensors(encoded, mine))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z, labels[mine], reduction="sum")
            # A batch that the token limit made small counts for what it has.
            (loss / a.size).backward()
        if world > 1:
            gather(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        loss_sum, loss_n = loss_sum + loss.item(), loss_n + len(mine)
        if first and (step + 1) % 100 == 0:
            print(f"step {step + 1} loss {loss_sum / loss_n:.4f} lr {rate:.2e} {time.time() - start:.0f}s", flush=True)
            loss_sum, loss_n = 0.0, 0
        if first and ((step + 1) % a.eval_every == 0 or step + 1 == len(todo)):
            t = time.time()
            save(model, tok, a.init, a.out)
            for name, rows in dev.items():
                if name in ("written-dev", "banking-unseen") or step + 1 == len(todo):
                    print("  ", name, report(logits(model, tok, [r[:2] for r in rows]), rows), flush=True)
            paused += time.time() - t
    if not first:
        return
    save(model, tok, a.init, a.out)
    print(f"done in {(time.time() - start) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
