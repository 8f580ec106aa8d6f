#!/usr/bin/env bash
# The tests of the training project, smoke training included. Makes an environment of its own where there is none yet:
# set TRAINING_VENV to keep it elsewhere than in training/.venv.
set -euo pipefail
cd "$(dirname "$0")"
venv=${TRAINING_VENV:-.venv}

if ! "$venv/bin/python" -c 'import torch, pytest' 2>/dev/null; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
fi
"$venv/bin/python" -m pytest -q
