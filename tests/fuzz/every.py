"""All parts of the tool that read what others wrote."""

from __future__ import annotations

from tests.fuzz import files, labels, texts

TARGETS = [*files.TARGETS, *texts.TARGETS, *labels.TARGETS]
