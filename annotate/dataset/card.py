"""The dataset card: what a person reads first."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.ontology import Ontology

_SPLITS = ("train", "validation", "test")


def card(
    name: str,
    ontology: Ontology,
    counts: Mapping[str, int],
    statuses: Mapping[str, int],
    *,
    simulated: bool,
) -> str:
    """A README.md with the YAML header that dataset hubs read."""
    splits = [split for split in _SPLITS if counts.get(f"articles_{split}")]
    files = "\n".join(f"  - split: {split}\n    path: data/{split}-*.parquet" for split in splits)
    table = "\n".join(f"| {split} | {counts[f'articles_{split}']} |" for split in splits)
    warning = (
        "\n**Some annotators are simulated**: they stand for no person, and agree with each other "
        "more than people do.\n"
        if simulated
        else ""
    )
    made = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    return f"""---
language:
- ar
pretty_name: {name}
task_categories:
- token-classification
configs:
- config_name: default
  data_files:
{files}
---
# {name}

Arabic news with entities, event triggers and argument roles, under the ontology
`{ontology.name}` {ontology.version}. One row an article; offsets are Unicode code points of
`text`, half open.
{warning}
| split | articles |
|---|---|
{table}

{counts["entities"]} entities, {counts["events"]} events, {counts["roles"]} roles. Status of the
articles: {made}.

```python
import pandas as pd
articles = pd.read_parquet("data/{splits[0]}-00000-of-00001.parquet")
```

Every column is described in `DICTIONARY.md` and `schema.json`; sums are in `manifest.json`
(check them with `annotate verify`). The rights to the texts stay with their outlets.
"""
