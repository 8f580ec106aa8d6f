"""sentence-transformers as a peer: answers each line {precision, texts} with the seconds and processor seconds it took."""

import json
import os
import sys
import time

folder, threads = sys.argv[1], int(sys.argv[2])
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import sentence_transformers  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(threads)
models = {
    "float32": sentence_transformers.SentenceTransformer(folder, device="cpu"),
    "bfloat16": sentence_transformers.SentenceTransformer(folder, device="cpu").to(torch.bfloat16),
}
print(json.dumps({"library": sentence_transformers.__version__, "torch": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    start, spent = time.perf_counter(), time.process_time()
    rows = models[asked["precision"]].encode(
        asked["texts"], batch_size=32, show_progress_bar=False, convert_to_numpy=False, convert_to_tensor=True
    )
    answer = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - spent}
    # Enough rows to see that both sides mean the same model; all of them would be a benchmark of JSON.
    answer["first"] = rows[:16].float().flatten().tolist()
    print(json.dumps(answer), flush=True)
