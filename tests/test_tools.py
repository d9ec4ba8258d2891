"""In continuous integration nothing is skipped for want of a program."""

from __future__ import annotations

import pytest

from tests.conftest import BROWSER_TOOLS, IN_CI, POSTGRES_TOOLS, missing_tools


@pytest.mark.skipif(not IN_CI, reason="only where CI is set must every program be there")
def test_ci_has_every_program_that_tests_need() -> None:
    assert missing_tools((*BROWSER_TOOLS, *POSTGRES_TOOLS)) == []
