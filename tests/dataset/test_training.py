"""The example in docs/training.md, run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support import ROOT, clean_environment

LACKING = [name for name in ("datasets", "torch", "transformers") if find_spec(name) is None]


@pytest.mark.slow
@pytest.mark.skipif(bool(LACKING), reason="needs the extra `train`: pip install 'annotate[train]'")
def test_the_example_trains(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "training.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    # Every piece that is scored has the tag of its token, and each token's first piece is scored.
    code += """
for row, coded in zip(data["train"], encoded["train"]):
    scored = [label for label in coded["labels"] if label != -100]
    assert scored == row["entity_tags"][: len(scored)]
    whole = len(coded["input_ids"]) < tokenizer.model_max_length
    assert not whole or len(scored) == len(row["tokens"])
assert losses[-1] < losses[0], losses
print("aligned")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=clean_environment(
            {
                "HF_HUB_OFFLINE": "1",
                "HF_HOME": str(tmp_path),
                "HF_DATASETS_CACHE": str(tmp_path / "cache"),
            }
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.splitlines()
    assert lines[-1] == "aligned"
    assert re.match(r"loss [0-9.]+ -> [0-9.]+", lines[-2])
