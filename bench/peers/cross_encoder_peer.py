"""sentence-transformers' CrossEncoder as a peer, and the maker of the model that all sides run.

First writes to the second folder the encoder of the first with a random head, and its graph in `onnx/`. Then answers each
line {precision, pairs} with the seconds and processor seconds it took.
"""

import json
import os
import sys
import time
import warnings

weights, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
warnings.filterwarnings("ignore")

import sentence_transformers  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

MAX_TOKENS = 512


def write_model() -> None:
    torch.manual_seed(1)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(weights, num_labels=1).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(weights, model_max_length=MAX_TOKENS)
    # What the tokenizer of an embedder cuts and pads by itself has no place here.
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    shape = (3, 13)
    values = [torch.arange(1000, 1039).reshape(shape), torch.ones(shape, dtype=torch.int64), torch.zeros(shape, dtype=torch.int64)]

    class Scorer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scorer = model

        def forward(self, *given: torch.Tensor) -> torch.Tensor:
            return self.scorer(**dict(zip(names, given, strict=True))).logits

    os.makedirs(f"{folder}/onnx", exist_ok=True)
    torch.onnx.export(
        Scorer(),
        tuple(values),
        f"{folder}/onnx/model.onnx",
        input_names=names,
        output_names=["logits"],
        dynamic_axes={**{name: {0: "batch", 1: "tokens"} for name in names}, "logits": {0: "batch"}},
        opset_version=18,
        dynamo=False,
    )


torch.set_num_threads(threads)
write_model()
models = {
    "float32": sentence_transformers.CrossEncoder(folder, device="cpu"),
    "bfloat16": sentence_transformers.CrossEncoder(folder, device="cpu", model_kwargs={"dtype": torch.bfloat16}),
}
print(json.dumps({"library": sentence_transformers.__version__, "torch": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    start, spent = time.perf_counter(), time.process_time()
    scores = models[asked["precision"]].predict(
        asked["pairs"], batch_size=32, activation_fn=torch.nn.Identity(), show_progress_bar=False, convert_to_tensor=True
    )
    answer = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - spent}
    # Enough to see that both sides mean the same model; all of them would be a benchmark of JSON.
    answer["first"] = scores[:16].float().tolist()
    print(json.dumps(answer), flush=True)
