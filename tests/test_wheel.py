"""The wheel holds what the tool needs, and the tool finds it there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_carries_its_data_and_finds_it(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "ANNOTATE_COMPILE": "0"},
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(installed)
    assert not [name for name in names if ".annotate" in name or "__pycache__" in name]
    for source in [*(ROOT / "schemas").rglob("*"), *(ROOT / "seeds").rglob("*")]:
        if source.is_file() and ".annotate" not in source.parts:
            assert f"annotate/_data/{source.relative_to(ROOT)}" in names
    for path in (ROOT / "annotate").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert str(path.relative_to(ROOT)) in names  # also the parts of a page, no code
    assert "annotate/show/page.html.jinja" in names
    code = (
        "import annotate.resources as r, annotate.ontology as o, annotate.corpus.rules as c;"
        "print(r.resource('seeds', 'annotations', 'pass_a.jsonl'));"
        "o.load_ontology(); c.load_rules()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = installed / "annotate" / "_data" / "seeds" / "annotations" / "pass_a.jsonl"
    assert Path(done.stdout.strip()) == expected
