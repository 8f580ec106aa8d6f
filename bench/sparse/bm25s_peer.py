"""bm25s as a peer: reads analysed documents and queries from files, then answers one command a line with milliseconds."""

import json
import sys
import time

import bm25s


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file]


documents, queries = lines_of(sys.argv[1]), lines_of(sys.argv[2])
# An empty query is an error to bm25s.
queries = [query for query in queries if query]


def index():
    retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    retriever.index(documents, show_progress=False)
    return retriever


start = time.perf_counter()
retriever = index()
built = (time.perf_counter() - start) * 1000
print(json.dumps({"version": bm25s.__version__, "built": built}), flush=True)
for command in sys.stdin:
    name, _, depth = command.strip().partition(" ")
    start = time.perf_counter()
    if name == "index":
        index()
    elif name == "batch":
        retriever.retrieve(queries, k=int(depth), show_progress=False, n_threads=0)
    else:
        for query in queries:
            retriever.retrieve([query], k=int(depth), show_progress=False, n_threads=0)
    print(json.dumps((time.perf_counter() - start) * 1000), flush=True)
