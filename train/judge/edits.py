"""Edits of real questions whose effect on the answer is known.

`harmful(text, rng)` returns (kind, edited text) such that another answer is
right, `harmless(text, rng)` one such that the same answer is; None where no
edit applies. The edits are lexical: each looks for a place where it is safe,
and leaves a text alone that has none.
"""

import random
import re

ANTONYMS = """
increase decrease|raise lower|gain lose|open close|start stop|begin end|enable disable|activate deactivate|
install uninstall|add remove|insert delete|import export|upload download|encrypt decrypt|lock unlock|
connect disconnect|accept reject|approve decline|allow block|include exclude|expand collapse|
push pull|win lose|buy sell|borrow lend|deposit withdraw|send receive|arrive depart|
male female|husband wife|mother father|brother sister|son daughter|boy girl|man woman|men women|
hot cold|warm cool|dry wet|hard soft|thick thin|long short|tall short|wide narrow|deep shallow|
high low|higher lower|highest lowest|upper lower|big small|bigger smaller|biggest smallest|large small|
larger smaller|largest smallest|most least|more less|maximum minimum|max min|best worst|better worse|
good bad|advantages disadvantages|pros cons|benefits drawbacks|strengths weaknesses|positive negative|
safe dangerous|legal illegal|healthy unhealthy|possible impossible|necessary unnecessary|easy difficult|
cheap expensive|cheapest costliest|rich poor|old young|older younger|oldest youngest|new old|newest oldest|
fast slow|faster slower|fastest slowest|early late|earlier later|before after|first last|
north south|east west|northern southern|eastern western|left right|top bottom|front back|inside outside|
indoor outdoor|internal external|inbound outbound|incoming outgoing|public private|domestic international|
national international|manual automatic|temporary permanent|full empty|strong weak|stronger weaker|
heavy light|heavier lighter|day night|morning evening|summer winter|spring autumn|acid base|
input output|ascending descending|vertical horizontal|encode decode|compress decompress|serialize deserialize|
positive negative|odd even|numerator denominator|multiply divide|sum difference|plus minus|
single married|visible hidden|show hide|appear disappear|remember forget|love hate|like dislike|
prevent cause|avoid cause|with without|always never|everyone nobody|inhale exhale|
credit debit|employer employee|teacher student|landlord tenant|buyer seller|parent child|
hire fire|marry divorce|lose find|win lose|attack defend|succeed fail|pass fail|present absent
"""
SWAP = {}
for _pair in ANTONYMS.replace("\n", "").split("|"):
    _a, _b = _pair.split()
    SWAP.setdefault(_a, []).append(_b)
    SWAP.setdefault(_b, []).append(_a)

UNITS = [
    "km miles metres feet yards inches".split(),
    "kg lbs pounds ounces grams stones".split(),
    "hours minutes days weeks months years seconds".split(),
    "hour minute day week month year".split(),
    "MB GB TB KB".split(),
    "litres gallons pints cups".split(),
    "Celsius Fahrenheit Kelvin".split(),
    "dollars euros pounds rupees yen".split(),
    "monday tuesday wednesday thursday friday saturday sunday".split(),
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "January February March April May June July August September October November December".split(),
    "Python Java JavaScript Ruby Go Rust PHP Swift Kotlin Perl".split(),
    "French Spanish German Italian Portuguese Japanese Chinese Korean Arabic Hindi Russian".split(),
]
UNIT = {w: [x for x in ws if x != w] for ws in UNITS for w in ws}

WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
NUMBER = {w: i for i, w in enumerate(WORDS)}

CONTRACT = [
    ("what is", "what's"), ("what are", "what're"), ("how is", "how's"), ("who is", "who's"), ("where is", "where's"),
    ("i am", "i'm"), ("do not", "don't"), ("does not", "doesn't"), ("can not", "can't"), ("cannot", "can't"),
    ("is not", "isn't"), ("are not", "aren't"), ("did not", "didn't"), ("should not", "shouldn't"), ("i have", "i've"),
    ("it is", "it's"), ("that is", "that's"), ("will not", "won't"), ("would not", "wouldn't"), ("i would", "i'd"),
]
SYNONYM = [
    (r"^how do i\b", ["how can i", "how to", "how would i", "how should i go about it: how do i"]),
    (r"^how can i\b", ["how do i", "how to", "what can i do to", "what is the way to"]),
    (r"^how to\b", ["how do i", "how can i", "how does one", "what's the way to"]),
    (r"^what is the best way to\b", ["what's the best way to", "how best to", "which is the best way to", "what would be the best way to"]),
    (r"^what is the difference between\b", ["what's the difference between", "how do you tell the difference between", "explain the difference between"]),
    (r"^what are some\b", ["what are a few", "give me some", "can you list some"]),
    (r"^what are the\b", ["which are the", "list the", "tell me the"]),
    (r"^why do\b", ["why is it that", "how come"]),
    (r"\bbuy\b", ["purchase"]), (r"\bpurchase\b", ["buy"]), (r"\bphone\b", ["mobile", "cell phone"]),
    (r"\bquickly\b", ["fast"]), (r"\bjob\b", ["position"]), (r"\bmovie\b", ["film"]), (r"\bmovies\b", ["films"]),
    (r"\bpicture\b", ["photo"]), (r"\bpictures\b", ["photos"]), (r"\bfix\b", ["repair"]), (r"\bdelete\b", ["remove"]),
    (r"\bobtain\b", ["get"]), (r"\bbegin\b", ["start"]), (r"\bimprove\b", ["make better"]), (r"\bchildren\b", ["kids"]),
    (r"\bkids\b", ["children"]), (r"\bUSA\b", ["US", "United States"]), (r"\bUK\b", ["United Kingdom"]), (r"\bhelp\b", ["assist"]),
]
POLITE = [
    "please tell me: {}", "Hi, {}", "Hello! {}", "Can you tell me {}", "I'd like to know {}", "{} Thanks!", "{} please",
    "{} Thank you in advance.", "Quick question: {}", "Could you please explain {}", "hey, {}", "I was wondering, {}",
    "Sorry to bother you, but {}", "{} Any help is appreciated.", "Just curious, {}", "{} Please help.",
]
SYMMETRIC = re.compile(r"\b(difference|differences|compare|compared|comparison|vs\.?|versus|between|similar|relationship|distance|both|or)\b", re.I)


def _swap_words(rng, text, table):
    hits = [m for m in re.finditer(r"[A-Za-z]+", text) if m.group() in table]
    if not hits:
        return None
    m = rng.choice(hits)
    return text[: m.start()] + rng.choice(table[m.group()]) + text[m.end() :]


def number(text, rng):
    hits = list(re.finditer(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)", text))
    words = [m for m in re.finditer(r"[a-z]+", text) if m.group() in NUMBER and m.group() not in ("one", "zero")]
    if not hits and not words:
        return None
    if hits and (not words or rng.random() < 0.8):
        m = rng.choice(hits)
        old = m.group()
        digits = old.replace(",", "")
        if "." in digits:
            value = float(digits)
            new = f"{value + rng.choice([-1, 1, 2, 10]) * rng.choice([1, .5]):.{len(digits.split('.')[1])}f}"
        else:
            value = int(digits)
            if 1900 <= value <= 2100:
                new = str(value + rng.choice([-1, 1, 2, -2, 4, -5, 10]))
            else:
                new = str(max(0, rng.choice([value + 1, value - 1, value * 2, value * 10, value + rng.randint(2, 9)])))
        if float(new) == float(digits):
            return None
        return text[: m.start()] + new + text[m.end() :]
    m = rng.choice(words)
    new = rng.choice([w for w in WORDS[2:] if w != m.group()])
    return text[: m.start()] + new + text[m.end() :]


def antonym(text, rng):
    return _swap_words(rng, text, SWAP)


def unit(text, rng):
    return _swap_words(rng, text, UNIT)


AUX = r"(can|could|should|would|will|do|does|did|is|are|was|were|has|have|must)"


def negation(text, rng):
    m = re.search(r"\b(do|does|did|is|are|was|were|can|could|should|would|will) not ", text)
    if m:
        return text[: m.start()] + m.group(1) + " " + text[m.end() :]
    m = re.search(r"\b(don't|doesn't|didn't|isn't|aren't|can't|couldn't|shouldn't|wouldn't|won't) ", text)
    if m:
        base = {"can't": "can", "won't": "will"}.get(m.group(1), m.group(1)[:-3])
        return text[: m.start()] + base + " " + text[m.end() :]
    tries = [
        (r"^(why|when|where|how) (do|does|did|can|should|would|is|are) (\w+) ", r"\1 \2 \3 not "),
        (r"^(can|should|does|do|did|will|would|is|are) (i|you|we|it|they|he|she|people|a \w+|the \w+) ", r"\1 \2 not "),
        (r" (can|should|will|would|must|could) (be |have |get |use |make )", r" \1 not \2"),
        (r" that (is|are|was|were|can|do|does) ", r" that \1 not "),
        (r" who (is|are|was|were|can|do|does|have|has) ", r" who \1 not "),
        (r" with (a|the|any|my|your) ", r" without \1 "),
        (r" (is|are) (it |there )?(a|the|good|bad|safe|legal|worth|necessary|possible) ", r" \1 not \2\3 "),
    ]
    rng.shuffle(tries)
    for pattern, to in tries:
        new, n = re.subn(pattern, to, text, count=1, flags=re.I)
        if n and new != text:
            return new
    return None


def order(text, rng):
    """Swaps the two arguments of an asymmetric frame."""
    word = r"((?:the |a |an )?[\w'.-]+)"
    tries = [
        rf"\bfrom {word} (?:in)?to {word}", rf"\b{word} (?:than|over|before|after|into|instead of) {word}",
        rf"\b(?:convert|change|turn|translate|replace|transfer|migrate|switch|move) {word} (?:to|into|with|from|for) {word}",
        rf"\b(?:does|did|can|could|will|would|should) {word} (?:\w+) {word}",
    ]
    rng.shuffle(tries)
    if SYMMETRIC.search(text):
        tries = [t for t in tries if "from" in t[:8]]
    for pattern in tries:
        m = re.search(pattern, text, re.I)
        if m and m.group(1).lower() != m.group(2).lower() and len(m.group(1)) > 1 and len(m.group(2)) > 1:
            if m.group(1).lower() in STOP or m.group(2).lower() in STOP:
                continue
            (a, b), (c, d) = m.span(1), m.span(2)
            return text[:a] + m.group(2) + text[b:c] + m.group(1) + text[d:]
    return None


STOP = set(
    """i you he she it we they me him her us them my your his its our their this that these those a an the one ones there here
    someone something anything anyone everyone people be been being do does did have has had get got make use go going know not and or
    if so as at by for in of on to up out more less any some all no what how why when where who which is are was were really just
    also still ever even only very much many""".split()
)


def names(text, rng):
    """Swaps two names of one sentence, where that is not symmetric."""
    if SYMMETRIC.search(text) or " and " in text:
        return None
    hits = list(re.finditer(r"(?<!^)(?<![.?!] )\b[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*\b", text))
    hits = [m for m in hits if m.start() > 0]
    if len(hits) < 2:
        return None
    a, b = sorted(rng.sample(hits, 2), key=lambda m: m.start())
    if a.group() == b.group() or abs(a.end() - b.start()) < 3:
        return None
    return text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]


class Entities:
    """Replaces a name by another one that was seen after the same word."""

    def __init__(self, texts):
        self.after = {}
        for t in texts:
            for m in self.find(t):
                self.after.setdefault(m.group(1).lower(), {}).setdefault(m.group(2), 0)
                self.after[m.group(1).lower()][m.group(2)] += 1
        self.after = {w: sorted(n for n, c in ns.items() if c > 1) for w, ns in self.after.items()}
        self.after = {w: ns for w, ns in self.after.items() if len(ns) >= 8}

    @staticmethod
    def find(t):
        return [m for m in re.finditer(r"\b([a-z]+) ([A-Z][A-Za-z0-9+#]+(?: [A-Z][A-Za-z0-9+#]+)*)\b", t) if m.group(2) not in ("I",)]

    def __call__(self, text, rng):
        hits = [m for m in self.find(text) if m.group(1) in self.after]
        if not hits:
            return None
        m = rng.choice(hits)
        low = m.group(2).lower()
        choice = [n for n in self.after[m.group(1)] if n.lower() not in low and low not in n.lower()]
        if not choice:
            return None
        return text[: m.start(2)] + rng.choice(choice) + text[m.end(2) :]


def aspect(text, rng):
    m = re.match(r"(how|why|when|where) (do|does|did|can|should|is|are|was|were) ", text, re.I)
    if not m:
        return None
    new = rng.choice([w for w in ("how", "why", "when", "where") if w != m.group(1).lower()])
    return (new.capitalize() if text[0].isupper() else new) + text[m.end(1) :]


HARMFUL = {"number": number, "antonym": antonym, "unit": unit, "negation": negation, "order": order, "names": names, "aspect": aspect}


def typo(text, rng):
    words = [m for m in re.finditer(r"\b[a-z]{5,}\b", text) if m.group() not in SWAP]
    if not words:
        return None
    m = rng.choice(words)
    w = m.group()
    i = rng.randint(1, len(w) - 3)
    w = rng.choice([w[:i] + w[i + 1] + w[i] + w[i + 2 :], w[:i] + w[i + 1 :], w[:i] + w[i] + w[i:]])
    return text[: m.start()] + w + text[m.end() :]


def case(text, rng):
    if re.search(r"[`_{}<>=;/\\]", text):
        return None
    return rng.choice([text.lower(), text.rstrip("?!. "), text.lower().rstrip("?!. "), text + "?" if text[-1].isalnum() else text.upper() if len(text) < 40 else text.lower()])


def contraction(text, rng):
    pairs = list(CONTRACT)
    rng.shuffle(pairs)
    for long, short in pairs:
        for a, b in ((long, short), (short, long)):
            m = re.search(rf"\b{re.escape(a)}\b", text, re.I)
            if m:
                new = b.capitalize() if m.group()[0].isupper() else b
                return text[: m.start()] + new + text[m.end() :]
    return None


def polite(text, rng):
    if len(text) > 200:
        return None
    shape = rng.choice(POLITE)
    if not shape.startswith("{"):
        text = text[0].lower() + text[1:] if text[:2] != "I " and not text[:2].isupper() else text
    return shape.format(text)


def synonym(text, rng):
    rules = list(SYNONYM)
    rng.shuffle(rules)
    for pattern, to in rules:
        m = re.search(pattern, text, re.I)
        if m:
            new = rng.choice(to)
            return text[: m.start()] + (new.capitalize() if m.group()[0].isupper() else new) + text[m.end() :]
    return None


def spelled(text, rng):
    """Writes a small number as a word or the other way round."""
    m = re.search(r"(?<![\w.,$-])(\d{1,2})(?= [a-z])", text)
    if m and 2 <= int(m.group(1)) <= 12:
        return text[: m.start()] + WORDS[int(m.group(1))] + text[m.end() :]
    hits = [m for m in re.finditer(r"\b[a-z]+\b", text) if NUMBER.get(m.group(), 0) >= 2]
    if hits:
        m = rng.choice(hits)
        return text[: m.start()] + str(NUMBER[m.group()]) + text[m.end() :]
    return None


def symmetric(text, rng):
    m = re.search(r"\b(?:difference|differences|similarities|distance|relationship|comparison) between ((?:an? |the )?[\w'+#-]+) and ((?:an? |the )?[\w'+#-]+)", text, re.I)
    m = m or re.search(r"\bcompare ((?:an? |the )?[\w'+#-]+) (?:and|to|with) ((?:an? |the )?[\w'+#-]+)", text, re.I)
    m = m or re.search(r"(?<![A-Z][a-z] )(?:^|(?<=[a-z:,;?] ))([A-Z][\w+#]+) (?:vs\.?|versus|or) ([A-Z][\w+#]+)\b(?! [A-Z])", text)
    if not m:
        return None
    (a, b), (c, d) = m.span(1), m.span(2)
    return text[:a] + m.group(2) + text[b:c] + m.group(1) + text[d:]


HARMLESS = {"typo": typo, "case": case, "contraction": contraction, "polite": polite, "synonym": synonym, "spelled": spelled, "symmetric": symmetric}
RARE = ("spelled", "symmetric")


def harmless(text, rng):
    """Returns (kind, text) with one edit that changes nothing, or None."""
    kinds = [k for k in HARMLESS if k not in RARE]
    rng.shuffle(kinds)
    for kind in (*RARE, *kinds):
        new = HARMLESS[kind](text, rng)
        if new and new != text:
            return kind, new
    return None


def harmful(text, rng, entities):
    """Returns (kind, text) with one edit that changes the answer, or None."""
    edits = dict(HARMFUL, entity=entities)
    kinds = list(edits)
    rng.shuffle(kinds)
    kinds.sort(key=lambda k: k in ("entity", "aspect"))  # the others apply more rarely
    if rng.random() < 0.3:
        kinds.reverse()
    for kind in kinds:
        new = edits[kind](text, rng)
        if new and new != text:
            return kind, new
    return None


if __name__ == "__main__":
    import gzip, json, sys, collections

    rng = random.Random(1)
    texts = [json.loads(l)["a"] for l in gzip.open(sys.argv[1], "rt")][:20000]
    ents = Entities(texts)
    seen = collections.defaultdict(list)
    for t in texts:
        for name, f in (("bad", lambda: harmful(t, rng, ents)), ("ok", lambda: harmless(t, rng))):
            if r := f():
                seen[name, r[0]].append((t, r[1]))
    for k, v in sorted(seen.items()):
        print("##", *k, len(v))
        for a, b in rng.sample(v, min(6, len(v))):
            print("   ", a, " ||| ", b)
