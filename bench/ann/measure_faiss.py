"""Recall and time of FAISS over one data set; called by bench/ann/faiss.js.

    python bench/ann/measure_faiss.py FOLDER

FOLDER has vectors.f32, questions.f32, truth.u32 and settings.json. Prints JSON. One thread, one query at a time, least
processor time of the passes.
"""

import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np

BEAMS = [16, 32, 64, 128, 256]
PROBES = [4, 16, 64]
DEGREE = 16
BUILD_BEAM = 200
PASS_SECONDS = 1


def indexes(columns: int, metric: int, documents: int):
    graph = faiss.IndexHNSWFlat(columns, DEGREE, metric)
    graph.hnsw.efConstruction = BUILD_BEAM
    yield 'faiss HNSW, float32', graph, BEAMS, lambda beam: setattr(graph.hnsw, 'efSearch', beam)
    codes = faiss.IndexHNSWSQ(columns, faiss.ScalarQuantizer.QT_8bit, DEGREE, metric)
    codes.hnsw.efConstruction = BUILD_BEAM
    yield 'faiss HNSW, SQ8', codes, BEAMS, lambda beam: setattr(codes.hnsw, 'efSearch', beam)
    lists = faiss.IndexIVFFlat(faiss.IndexFlat(columns, metric), columns, int(4 * documents**0.5), metric)
    yield 'faiss IVF, float32', lists, PROBES, lambda probes: setattr(lists, 'nprobe', probes)


def milliseconds(index, questions: np.ndarray, top_k: int) -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    for at, question in enumerate(questions):
        index.search(question[None], top_k)
        if time.perf_counter() - wall > PASS_SECONDS:
            break
    return 1000 * (time.process_time() - cpu) / (at + 1)


def main(folder: Path) -> None:
    settings = json.loads((folder / 'settings.json').read_text())
    columns, top_k = settings['columns'], settings['topK']
    vectors = np.fromfile(folder / 'vectors.f32', np.float32).reshape(-1, columns)
    questions = np.fromfile(folder / 'questions.f32', np.float32).reshape(-1, columns)
    truth = np.fromfile(folder / 'truth.u32', np.uint32).reshape(-1, top_k)
    metric = faiss.METRIC_INNER_PRODUCT if settings['similarity'] == 'cosine' else faiss.METRIC_L2
    faiss.omp_set_num_threads(1)
    found = []
    for name, index, efforts, set_effort in indexes(columns, metric, len(vectors)):
        wall, cpu = time.perf_counter(), time.process_time()
        index.train(vectors)
        index.add(vectors)
        build = {'cpu': time.process_time() - cpu, 'wall': time.perf_counter() - wall}
        size = len(faiss.serialize_index(index))
        for effort in efforts:
            set_effort(effort)
            nearest = index.search(questions, top_k)[1]
            recall = np.mean([len(np.intersect1d(*pair)) / top_k for pair in zip(nearest, truth, strict=True)])
            least = min(milliseconds(index, questions, top_k) for _ in range(settings['passes']))
            row = {'name': name, 'effort': effort, 'recall': float(recall), 'milliseconds': least}
            found.append({**row, 'build': build, 'bytes': size})
    print(json.dumps(found))


main(Path(sys.argv[1]))
