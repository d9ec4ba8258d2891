"""The dataset card: what a person reads first, below a header that dataset hubs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from annotate.dataset.describe import TABLES
from annotate.dataset.features import yaml_features
from annotate.dataset.rows import SPLITS
from annotate.dataset.schema import schemas
from annotate.ontology import Ontology
from annotate.wording import counted, listed

CONFIGS = {"default": "articles", **{name: name for name in TABLES if name != "articles"}}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MEANINGS = {
    "gold": "adjudicated: somebody settled what annotators saw differently",
    "agreed": "spans that at least {k} annotators share, exactly",
    "auto": "settled by rule",
    "single": "one annotator's work",
    "silver": "heuristics only, finished by nobody",
}


@dataclass(frozen=True, slots=True)
class Licences:
    """Who may do what with the texts, and with the annotations, which are two works.

    Attributes:
        texts, annotations: an SPDX identifier, or a sentence.
    """

    texts: str = "The rights stay with their outlets."
    annotations: str = "No licence is given."


NO_LICENCES = Licences()


@dataclass(frozen=True, slots=True)
class Page:
    """What a card is about.

    Attributes:
        counts: as the manifest has them.
        files: path -> rows, bytes and uncompressed bytes (`memory`) of every data file.
        texts: whether the version holds texts.
        gold: the policy by which annotations were chosen (`annotate.dataset.gold.Policy`).
        leaks: the figures of the leak check (`annotate.dataset.splitting`), if there was one.
    """

    name: str
    version: str
    ontology: Ontology
    counts: Mapping[str, Any]
    files: Mapping[str, Mapping[str, int]]
    licences: Licences
    texts: bool = True
    gold: Mapping[str, Any] = field(default_factory=dict)
    leaks: Mapping[str, Any] | None = None


def card(page: Page) -> str:
    """A README.md with the YAML header that dataset hubs read."""
    header = yaml.safe_dump(_header(page), allow_unicode=True, sort_keys=False, width=100)
    return f"---\n{header}---\n" + "\n".join(_body(page)) + "\n"


def splits_of(page: Page, table: str) -> dict[str, list[str]]:
    """Split -> files of a table; `annotations` has one split of that name."""
    folder = TABLES[table][0]
    found: dict[str, list[str]] = {}
    for split in (*SPLITS, "annotations"):
        paths = [path for path in sorted(page.files) if path.startswith(f"{folder}{split}-")]
        if paths:
            found[split] = paths
    return found


def _header(page: Page) -> dict[str, Any]:
    articles = page.counts["articles"]
    size = next((name for limit, name in _SIZES if articles < limit), "1M<n<10M")
    tables = {config: table for config, table in CONFIGS.items() if splits_of(page, table)}
    machines = page.counts["by_status"].get("silver", 0) + page.counts["simulated"]
    makers = ["expert-generated"] if machines < articles else []
    makers += ["machine-generated"] if machines else []
    return {
        "pretty_name": page.name,
        "language": ["ar"],
        "license": "other",
        "license_name": "texts-and-annotations-differ",
        "text_license": page.licences.texts,
        "annotation_license": page.licences.annotations,
        "annotations_creators": makers,
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["event-extraction", "news", "arabic"],
        "size_categories": [size],
        "configs": [
            {
                "config_name": config,
                **({"default": True} if config == "default" else {}),
                "data_files": [
                    {"split": split, "path": f"{TABLES[table][0]}{split}-*.parquet"}
                    for split in splits_of(page, table)
                ],
            }
            for config, table in tables.items()
        ],
        "dataset_info": [_info(page, config, table) for config, table in tables.items()],
    }


def _info(page: Page, config: str, table: str) -> dict[str, Any]:
    found = splits_of(page, table)
    sums = {
        split: {
            key: sum(page.files[path][key] for path in paths) for key in ("rows", "bytes", "memory")
        }
        for split, paths in found.items()
    }
    return {
        "config_name": config,
        "features": yaml_features(schemas(page.ontology)[table]),
        "splits": [
            {"name": split, "num_bytes": total["memory"], "num_examples": total["rows"]}
            for split, total in sums.items()
        ],
        "download_size": sum(total["bytes"] for total in sums.values()),
        "dataset_size": sum(total["memory"] for total in sums.values()),
    }


def _body(page: Page) -> Iterator[str]:
    counts, ontology = page.counts, page.ontology
    yield f"# {page.name} {page.version}\n"
    yield (
        "Arabic news with entities, event triggers and argument roles, under the ontology\n"
        f"`{ontology.name}` {ontology.version} (guidelines {ontology.guidelines_version}). Offsets "
        "are Unicode code points of `text`, half open.\n"
    )
    if counts["simulated"]:
        count = counted(counts["simulated"], "article")
        yield (
            f"**Some annotators are simulated** ({count}): they stand for "
            "no person, and agree with each other\nmore than people do.\n"
        )
    if not page.texts:
        yield (
            "**The texts are not here**, for their rights: rows have offsets, URLs and the hash of "
            "the text that the offsets refer to.\n"
        )
    yield from _numbers(counts, page.leaks)
    yield from _made(counts, page.gold)
    yield from _encoding(counts)
    yield from _use(page)
    yield (
        f"## Licences\n\n- Texts: {page.licences.texts}\n- Annotations: {page.licences.annotations}"
    )


def _numbers(counts: Mapping[str, Any], leaks: Mapping[str, Any] | None) -> Iterator[str]:
    names = ("articles", "sentences", "tokens", "entities", "events", "roles")
    yield "## What is in it\n"
    yield "| split | " + " | ".join(names) + " | which articles (SHA-256) |"
    yield "|---|" + "---:|" * len(names) + "---|"
    splits = {split: counts["by_split"][split] for split in SPLITS if split in counts["by_split"]}
    for split, found in splits.items():
        cells = " | ".join(f"{found[name]:,}" for name in names)
        yield f"| {split} | {cells} | `{found['sha256'][:16]}` |"
    missing = [split for split in SPLITS if split not in splits]
    if missing:
        yield f"\nNo article is {' or '.join(missing)}."
    if leaks is not None and len(splits) > 1:
        yield f"\n{_across(leaks)}"
    yield "\n| label | " + " | ".join(splits) + " |"
    yield "|---|" + "---:|" * len(splits)
    for label, found in counts["by_label"].items():
        yield f"| `{label}` | " + " | ".join(f"{found.get(split, 0):,}" for split in splits) + " |"
    yield ""


def _across(leaks: Mapping[str, Any]) -> str:
    """How like two articles of different splits are, in a sentence."""
    pairs, highest, held = leaks["pairs_across_splits"], leaks["highest"], leaks["held_out"]
    near = "near to each other (half of the shorter one's word triples are in the other one)"
    said = f"No two articles of different splits are {near}"
    if pairs:
        who = counted(
            pairs,
            "pair of articles of different splits is",
            "pairs of articles of different splits are",
        )
        said = f"**{who} {near}**, as was asked for"
    if highest is None:
        said += "; none share a word triple"
    else:
        index = f"{highest['jaccard']:.3f} (of {leaks['highest_of']})"
        said += f"; the highest Jaccard index of word triples across splits is {index}"
    if held:
        said += f". {counted(held, 'article is', 'articles are')} held out for it"
    return f"{said}."


def _made(counts: Mapping[str, Any], gold: Mapping[str, Any]) -> Iterator[str]:
    yield "## How sure it is\n"
    k = gold.get("k", 2)
    for status, count in counts["by_status"].items():
        who = counted(count, "article is", "articles are")
        yield f"- {who} `{status}`: {_MEANINGS.get(status, '').format(k=k)}"
    if gold:
        lowest = gold["policy"]
        least = "" if lowest == "adjudicated" else f"; the other splits take `{lowest}` or better"
        silver = ", and `silver` where there is nothing else" if gold["include_silver"] else ""
        yield f"- `test` takes adjudicated articles only{least}{silver}"
    disputed = listed({what: count for what, count in counts["disputed"].items() if count})
    if disputed:
        yield (
            f"- Disputed: {disputed} that some annotators marked are not in "
            "these articles; they are in `annotations/`"
        )
    if counts["prelabelled"]:
        who = counted(counts["prelabelled"], "article was", "articles were")
        yield (
            f"- {who} corrected from a pre-annotation "
            "(`prelabelled`): scores of its heuristics on them flatter it"
        )
    if counts["by_annotator"]:
        work = ", ".join(f"{name} {count:,}" for name, count in counts["by_annotator"].items())
        yield f"- Articles that each annotator worked on (`annotations/`): {work}"
    yield "- How far annotators agree: `agreement.json`\n"


def _encoding(counts: Mapping[str, Any]) -> Iterator[str]:
    bio, cores, lacking = counts["bio"], counts["cores"], counts["sentences_lack"]
    yield "## How it is encoded\n"
    yield (
        "- `entity_tags` and `trigger_tags` are IOB2 tags of the tokens, as class indices. Of "
        "overlapping spans the longest is tagged: "
        f"{bio['entity']['lost']:,} entities and {bio['event']['lost']:,} triggers are in "
        "`entities` and `events` only; "
        f"{bio['entity']['widened'] + bio['event']['widened']:,} spans end inside a token, which "
        "is tagged as a whole"
    )
    yield (
        "- Spans hold whole words; `core_start` and `core_end` leave the proclitics of the first "
        f"word out. {cores['none']:,} of {cores['spans']:,} spans have none, because the spelling "
        "does not tell"
    )
    yield (
        f"- `sentences/` lacks {lacking['spans']:,} spans that cross the end of a sentence, and "
        f"{lacking['roles']:,} roles between sentences"
    )
    yield "- Every column: `DICTIONARY.md` and `schema.json`\n"


def _use(page: Page) -> Iterator[str]:
    split, paths = next(iter(splits_of(page, "articles").items()))
    begin, files = "", f'"{paths[0]}"'
    if len(paths) > 1:  # all files of the split: pandas takes a list of them, and no pattern
        begin = "from glob import glob\n"
        files = f'sorted(glob("{TABLES["articles"][0]}{split}-*.parquet"))'
    yield f"""## How to load it

```python
{begin}import pandas as pd
articles = pd.read_parquet({files})

from datasets import load_dataset
sentences = load_dataset("path/to/this/folder", "sentences", split="{split}")

import annotate
{split} = annotate.load_dataset("path/to/this/folder", split="{split}")
```

`annotate verify` checks sums, offsets, tags and roles; `manifest.json` has the sums and what the
version was made with.
"""
