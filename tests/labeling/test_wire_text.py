"""No character that a server on PostgreSQL cannot keep is sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from annotate.errors import InputError
from annotate.labeling.parts import whole
from annotate.labeling.wire import to_task
from annotate.ontology import load_ontology
from tests.labeling.builders import article

ONTOLOGY = load_ontology()


def test_a_text_with_nul_is_not_sent() -> None:
    made = article(1)
    bad = replace(made, text="هاجم\0الجيش")
    with pytest.raises(InputError, match=f"article {made.doc_id}: the text holds .* NUL at 4; "):
        to_task(bad, whole(bad.text), None, "h-1", ONTOLOGY)


def test_what_is_only_shown_loses_nul() -> None:
    made = replace(article(1), outlet="out\0let", published="2026\0-01-01")
    data = to_task(made, whole(made.text), None, "h-1", ONTOLOGY)["data"]
    assert data["about"] == "outlet · 2026-01-0"
    assert "\0" not in "".join(value for value in data.values() if isinstance(value, str))
    assert "\\u0000" not in json.dumps(data)
