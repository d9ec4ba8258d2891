"""What is read from files: articles, corpora of others, annotations, settings, lexicons."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate import ontology
from annotate.annotation_files import ENCODERS, read_annotations, write_annotations
from annotate.corpus import rules as cleaning
from annotate.corpus.foreign import read_map
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.split_ledger import read_ledger
from annotate.heuristics.own import own_lexicons
from annotate.heuristics.precision import read_rows
from annotate.heuristics.sections import read_sections
from annotate.ontology import load_ontology
from annotate.records import to_record
from annotate.settings import load_settings
from annotate.settings_template import TEMPLATE
from annotate.spans import problems
from tests.fuzz.mutations import as_lines, spoiled_bytes, spoiled_json
from tests.fuzz.trying import Target
from tests.support import ONTOLOGY, ROOT, SEEDS, TEXT, sample_annotation

RULES = load_rules()
_RECORD = to_record(sample_annotation()) | {"text": TEXT}
_ROWS: list[dict[str, Any]] = [
    {"id": "a1", "text": TEXT, "url": "https://news.example/1", "published": "2026-01-01"},
    {"id": 7, "text": f"{TEXT}\n\nخبر آخر.", "outlet": "وكالة"},
]


@cache
def scratch() -> Path:
    """A folder for the inputs of this process; in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
    base = memory if memory.is_dir() else None
    return Path(tempfile.mkdtemp(prefix="annotate-fuzz-", dir=base))


def put(name: str, data: bytes) -> Path:
    path = scratch() / name
    path.write_bytes(data)
    return path


def _articles(name: str) -> Callable[[bytes], None]:
    def attempt(data: bytes) -> None:
        for article in read_articles([str(put(name, data))], RULES):
            assert article.text.strip()
            article.text.encode("utf-8")
            clean, raw = article.offsets.clean_starts, article.offsets.raw_starts
            assert list(clean) == sorted(clean)
            assert len(clean) == len(raw)

    return attempt


def parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


# What Arrow raises for rows that are no table.
NO_TABLE = (pa.ArrowException, LookupError, AttributeError, TypeError, ValueError, OverflowError)


def _parquet_rows(rows: Any) -> None:
    """Columns of any type: whatever Arrow takes."""
    try:
        data = parquet(rows)
    except NO_TABLE:
        return  # nobody can write such a file
    _articles("rows.parquet")(data)


def _annotations(name: str) -> Callable[[bytes], None]:
    def attempt(data: bytes) -> None:
        for found in read_annotations(put(name, data), ONTOLOGY):
            problems(found, found.text or TEXT, ONTOLOGY)
            json.dumps(to_record(found))

    return attempt


def _encoded(suffix: str) -> bytes:
    path = scratch() / f"good{suffix}"
    assert suffix in ENCODERS
    write_annotations(path, [sample_annotation()] * 2)
    return path.read_bytes()


def _labels_file(data: bytes) -> None:
    read_map(str(put("map.yaml", data)), ONTOLOGY)


def _ontology(data: bytes) -> None:
    ontology._load.cache_clear()  # a file is read once
    load_ontology(put("ontology.yaml", data))


def _cleaning(data: bytes) -> None:
    from annotate.corpus.clean import clean

    cleaning._load.cache_clear()  # a file is read once
    rules = load_rules(put("cleaning.yaml", data))
    clean(TEXT, rules)


def _settings(data: bytes) -> None:
    load_settings(put("annotate.toml", data), {})


def _lexicon(name: str) -> Callable[[bytes], None]:
    def attempt(data: bytes) -> None:
        path = put(name, data)
        own_lexicons([path], ONTOLOGY, (path.stem,))
        read_sections(path, None)

    return attempt


def _precision(data: bytes) -> None:
    read_rows(put("precision.tsv", data))


_SPLITS = [
    {"doc_id": "00000000000000aa", "group_id": "00000000000000aa", "since": "1.0.0", "split": s}
    for s in ("train", "test", "held_out")
]


def _splits(data: bytes) -> None:
    folder = scratch() / "dataset"
    folder.mkdir(exist_ok=True)
    (folder / "splits.jsonl").write_bytes(data)
    ledger = read_ledger(folder)
    assert b"".join(ledger.lines()).count(b"\n") == len(ledger)


def _file(*parts: str) -> bytes:
    return ROOT.joinpath(*parts).read_bytes()


OWN_TRIGGERS = """STRIKE:
  - verbs: [دكّ يدكّ]
    when: [near projectiles]
  - nouns: [غارة]
""".encode()
OWN_ENTITIES = "PER: [ميّاسة الزرنوقي]\nGPE:\n  - قرية الزهور\n".encode()

TARGETS = [
    Target(
        "articles: text",
        spoiled_bytes([p.read_bytes()[:1500] for p in sorted(SEEDS.glob("*.txt"))]),
        _articles("a.txt"),
    ),
    Target("articles: JSON lines", spoiled_bytes([as_lines(_ROWS)]), _articles("a.jsonl")),
    Target(
        "articles: JSON values",
        spoiled_json([_ROWS]),
        lambda v: _articles("v.jsonl")(as_lines(v if isinstance(v, list) else [v])),
    ),
    Target(
        "articles: CSV",
        spoiled_bytes(
            [b'id,text,url\n1,"' + TEXT.encode() + b'",\n2,x,y\n', b'text\r\n"a ""b"""\r\n']
        ),
        _articles("a.csv"),
    ),
    Target(
        "articles: Parquet bytes",
        spoiled_bytes([parquet([{"text": TEXT, "id": "1"}])]),
        _articles("a.parquet"),
    ),
    Target("articles: Parquet columns", spoiled_json([_ROWS]), _parquet_rows),
    Target("annotations: JSON lines", spoiled_bytes([_encoded(".jsonl")]), _annotations("a.jsonl")),
    Target(
        "annotations: JSON values",
        spoiled_json([[_RECORD]]),
        lambda v: _annotations("v.jsonl")(as_lines(v if isinstance(v, list) else [v])),
        2,
    ),
    Target(
        "annotations: Parquet bytes",
        spoiled_bytes([_encoded(".parquet")]),
        _annotations("a.parquet"),
    ),
    Target(
        "labels of others",
        spoiled_bytes(
            [
                b"labels: {PERS: PER, MISC: ''}\nroles: {Agent: AGENT}\n"
                b"attributes: {Negation: polarity=NEGATIVE}\n"
            ]
        ),
        _labels_file,
        0.5,
    ),
    Target(
        "ontology",
        spoiled_bytes(
            [_file("schemas", "ontology.yaml")[:3000], _file("schemas", "ontology.yaml")]
        ),
        _ontology,
        0.5,
    ),
    Target("cleaning rules", spoiled_bytes([_file("schemas", "cleaning.yaml")]), _cleaning, 0.5),
    Target(
        "settings",
        spoiled_bytes(
            [
                TEMPLATE.encode(),
                b'[project]\ntitle = "x"\nannotators = ["a@b.c"]\n[sampling]\nseed = 1\n'
                b'[server]\nurl = "http://127.0.0.1:1"\n',
            ]
        ),
        _settings,
    ),
    Target(
        "lexicon: a file's sections",
        spoiled_bytes([OWN_ENTITIES, OWN_TRIGGERS]),
        _lexicon("entities.yaml"),
    ),
    Target(
        "lexicon: measured precision",
        spoiled_bytes([_file("schemas", "lexicon", "precision.tsv")[:600]]),
        _precision,
        0.5,
    ),
    Target("splits.jsonl", spoiled_bytes([as_lines(_SPLITS)]), _splits),
    Target(
        "splits.jsonl: values",
        spoiled_json([_SPLITS]),
        lambda v: _splits(as_lines(v if isinstance(v, list) else [v])),
    ),
]
