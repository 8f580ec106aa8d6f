"""One JSON object a line: on the standard error stream and, if wanted, in a file."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Log:
    def __init__(self, path: Path | None = None) -> None:
        self.started = time.monotonic()
        self.file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = path.open('a', encoding='utf-8')

    def write(self, event: str, **facts: object) -> None:
        line = json.dumps({'seconds': round(time.monotonic() - self.started, 1), 'event': event, **facts})
        print(line, file=sys.stderr, flush=True)
        if self.file is not None:
            print(line, file=self.file, flush=True)

    @contextmanager
    def timed(self, event: str, **facts: object) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.write(event, **facts, took_seconds=round(time.monotonic() - start, 2))
