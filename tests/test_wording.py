"""Numbers in sentences."""

from __future__ import annotations

import pytest

from annotate.wording import counted, listed


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 articles are"),
        (1, "1 article is"),
        (2, "2 articles are"),
        (1000, "1,000 articles are"),
    ],
)
def test_number_noun_and_verb(count: int, expected: str) -> None:
    assert counted(count, "article is", "articles are") == expected


def test_plurals() -> None:
    assert [counted(2, one) for one in ("row", "story")] == ["2 rows", "2 stories"]
    assert counted(1, "story") == "1 story"


def test_what_a_dataset_holds() -> None:
    assert listed({"articles": 1, "entities": 1, "roles": 0}) == "1 article, 1 entity, 0 roles"
