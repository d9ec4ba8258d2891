"""Inputs that are too large: refused before they are in memory, with where and what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate import limits
from annotate.annotation_files import read_annotations
from annotate.corpus.foreign import decoded
from annotate.corpus.readers import read_articles
from annotate.errors import InputError
from tests.support import ONTOLOGY, clean_environment


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can meet; what they are in earnest is checked below."""
    for name, value in (
        ("LARGEST_FILE", 1 << 20),
        ("LARGEST_LINE", 1 << 20),
        ("LARGEST_TEXT", 5_000),
        ("LARGEST_CHUNK", 1 << 20),
        ("MOST_VALUES", 2_000),
    ):
        monkeypatch.setattr(limits, name, value)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read_articles([str(path)], None))
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


@pytest.mark.usefixtures("small")
def test_a_file_that_is_read_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x" * (1 << 20) + "x")
    assert refused(path).endswith(
        "the file has more than 1 MB; cut it into several, or make it .jsonl, which is read line "
        "by line"
    )
    with pytest.raises(InputError, match="more than 1 MB"):
        decoded(path)


@pytest.mark.usefixtures("small")
def test_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "سطر"}\n' + "x" * (1 << 20) + "x")
    assert refused(path) == f"{path}:2: the line has more than 1 MB"
    path.write_text("\n" + "x" * (1 << 20) + "x")
    with pytest.raises(InputError, match=r"a\.jsonl:2: the line has more than 1 MB"):
        list(read_annotations(path, ONTOLOGY))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_an_article(tmp_path: Path, suffix: str) -> None:
    path, text = tmp_path / f"a.{suffix}", "ا" * 5_001
    if suffix == "parquet":
        pq.write_table(pa.table({"text": [text]}), path)
    else:
        path.write_text({"jsonl": f'{{"text": "{text}"}}\n', "csv": f"text\n{text}\n"}[suffix])
    said = "the text has 5,001 characters, and at most 5,000 are read; cut it into articles"
    assert refused(path).endswith(said)


@pytest.mark.usefixtures("small")
def test_a_column_of_a_row_group(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [str(number) * 4_000 for number in range(10, 20)]
    pq.write_table(pa.table({"text": texts * 20}), path, use_dictionary=False, compression="zstd")
    assert path.stat().st_size < 100_000
    assert "column text of row group 0 has 1 MB and 200 values" in refused(path)
    pq.write_table(pa.table({"text": ["x"] * 2_001}), path)
    assert "2,001 values" in refused(path)
    # What is not read does not count.
    pq.write_table(pa.table({"text": ["x"], "other": ["y" * (2 << 20)]}), path)
    assert len(list(read_articles([str(path)], None))) == 1
    pq.write_table(pa.table({"doc_id": ["x"] * 2_001}), path)
    with pytest.raises(InputError, match="column doc_id of row group 0"):
        list(read_annotations(path, ONTOLOGY))


BOMB = """
import resource, sys
import pyarrow.parquet
from annotate.corpus.readers import read_articles
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
next(iter(read_articles([sys.argv[1]], None)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_one_text_a_thousand_times_takes_the_memory_of_few(tmp_path: Path) -> None:
    """A dictionary holds it once: 5 GB of text in a file of some hundred bytes."""
    path = tmp_path / "bomb.parquet"
    text = pa.DictionaryArray.from_arrays(
        pa.array([0] * 1_000, pa.int32()), pa.array(["x" * 4_999_999])
    )
    pq.write_table(pa.table({"text": text}), path, compression="zstd")
    assert path.stat().st_size < 20_000
    done = subprocess.run(
        [sys.executable, "-c", BOMB, path],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert int(done.stdout) < 500_000  # kilobytes; a batch of 256 as strings takes 1.3 GB


def test_the_limits_are_far_above_news() -> None:
    assert limits.LARGEST_TEXT >= 1_000_000
    assert limits.LARGEST_LINE >= 4 * limits.LARGEST_TEXT
    assert limits.LARGEST_FILE >= limits.LARGEST_LINE
