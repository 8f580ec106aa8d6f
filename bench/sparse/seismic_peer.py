"""pyseismic-lsr as a peer: indexes a file of vectors, then answers one JSON command a line."""

import json
import os
import sys
import tempfile
import time
from importlib.metadata import version

import numpy as np
import seismic

folder = sys.argv[1]


def vectors_of(name):
    """Rows of components and values, from the three arrays of a sparse matrix."""
    offsets = np.fromfile(f"{folder}/{name}.offsets", dtype=np.uint32)
    indices = np.fromfile(f"{folder}/{name}.indices", dtype=np.uint32)
    values = np.fromfile(f"{folder}/{name}.values", dtype=np.float32)
    for start, end in zip(offsets, offsets[1:]):
        yield indices[start:end], values[start:end]


def write_inner_format(path):
    """How many vectors, then for each its length, its components and its values."""
    rows = list(vectors_of("documents"))
    with open(path, "wb") as file:
        file.write(np.uint32(len(rows)).tobytes())
        for indices, values in rows:
            file.write(np.uint32(len(indices)).tobytes())
            file.write(indices.tobytes())
            file.write(values.tobytes())


path = os.path.join(folder, "documents.bin")
write_inner_format(path)
start = time.perf_counter()
index = seismic.SeismicIndexRaw.build(path, **json.loads(sys.argv[2]))
built = time.perf_counter() - start
saved = os.path.join(tempfile.mkdtemp(dir=folder), "index")
index.save(saved)
size = sum(
    os.path.getsize(os.path.join(os.path.dirname(saved), name)) for name in os.listdir(os.path.dirname(saved))
)
# Terms that no document has would be out of its range.
queries = [
    (indices[indices < index.dim].astype(np.int32), values[indices < index.dim])
    for indices, values in vectors_of("queries")
]
print(json.dumps({"version": version("pyseismic-lsr"), "seconds": built, "bytes": size}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    start = time.perf_counter()
    found = [
        index.search(indices, values, asked["k"], asked["queryCut"], asked["heapFactor"], 0, True)
        for indices, values in queries
    ]
    elapsed = (time.perf_counter() - start) * 1000
    rows = [[int(row) for _, row in each] for each in found] if asked.get("rows") else None
    print(json.dumps({"milliseconds": elapsed, "rows": rows}), flush=True)
