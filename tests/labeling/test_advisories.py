"""Advisories: the data file, and which versions each holds for."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import RulesError
from annotate.labeling.advisories import affecting, load_advisories, numbers

ALL = load_advisories()


def test_each_names_its_source_and_stands_once() -> None:
    assert len(ALL) >= 10
    assert len({a.id for a in ALL}) == len(ALL)
    for advisory in ALL:
        if advisory.id.startswith("CVE-"):
            assert "GHSA-" in advisory.source


@pytest.mark.parametrize(
    ("version", "holds", "does_not"),
    [
        ("1.22.0", {"CVE-2026-22033", "Label Studio 1.23.1"}, {"CVE-2025-47783"}),
        ("1.22", {"CVE-2026-22033"}, {"CVE-2025-47783"}),
        ("1.22.1", {"Label Studio 1.23.1"}, {"CVE-2026-22033"}),
        ("1.23.0", {"Label Studio 1.23.1"}, {"CVE-2026-22033"}),
        ("1.17.9", {"CVE-2025-47783"}, {"CVE-2025-25297"}),
        ("1.9.2", {"CVE-2023-47117"}, {"CVE-2023-47115"}),
        ("1.9.2.post0", {"CVE-2023-47116"}, {"CVE-2023-47117"}),
        ("1.8.1", {"CVE-2023-43791"}, set()),
        ("1.8.2", set(), {"CVE-2023-43791"}),
    ],
)
def test_the_ranges(version: str, holds: set[str], does_not: set[str]) -> None:
    found = {a.id for a in affecting(ALL, "label-studio", version)}
    assert holds <= found
    assert not does_not & found


@pytest.mark.parametrize("version", ["1.23.1", "1.23.2", "2.0", "unknown", ""])
def test_newer_versions_have_none(version: str) -> None:
    assert affecting(ALL, "label-studio", version) == []


def test_versions_in_order() -> None:
    order = ["1.0.9", "1.0.10", "1.9.2", "1.9.2post0", "1.9.3", "1.23", "1.23.1+local2", "2"]
    assert sorted(order, key=numbers) == order
    assert numbers("1.23") == numbers("1.23.0")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            '{id: X, package: other, affected: "< 1", about: x, source: "https://x"}',
            "package|label",
        ),
        ('{id: X, package: label-studio, affected: "1", about: x, source: "https://x"}', "match"),
        ('{id: X, package: label-studio, affected: "< 1", about: x}', "required"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"advisories:\n  - {line}\n")
    with pytest.raises(RulesError, match=what) as caught:
        load_advisories(path)
    assert f"{path}:2" in str(caught.value)
