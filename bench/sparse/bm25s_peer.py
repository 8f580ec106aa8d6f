"""bm25s as a peer: reads analysed documents and queries from a file, then answers one command a line with milliseconds."""

import json
import sys
import time

import bm25s

with open(sys.argv[1], encoding="utf-8") as file:
    sample = json.load(file)


def index():
    retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    retriever.index(sample["documents"], show_progress=False)
    return retriever


retriever = index()
print(json.dumps({"version": bm25s.__version__}), flush=True)
for command in sys.stdin:
    start = time.perf_counter()
    if command.strip() == "index":
        index()
    elif command.strip() == "batch":
        retriever.retrieve(sample["queries"], k=10, show_progress=False, n_threads=0)
    else:
        for query in sample["queries"]:
            retriever.retrieve([query], k=10, show_progress=False, n_threads=0)
    print(json.dumps((time.perf_counter() - start) * 1000), flush=True)
