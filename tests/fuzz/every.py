"""All parts of the tool that read what others wrote."""

from __future__ import annotations

from tests.fuzz import answers, corpora, files, kept, texts

TARGETS = [*files.TARGETS, *corpora.TARGETS, *texts.TARGETS, *answers.TARGETS, *kept.TARGETS]
