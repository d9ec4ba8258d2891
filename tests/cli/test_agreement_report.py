"""agreement --html and --serve: the page, from a real ledger and a real history."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Run
from tests.cli.test_agreement import campaign, doubled
from tests.labeling.campaign import ANNA, SERVER, TITLE
from tests.support import clean_environment

pytestmark = pytest.mark.slow


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose project is on a server that nobody answers at."""
    monkeypatch.setenv("LABEL_STUDIO_URL", SERVER)
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "annotate.toml").write_text(f'[project]\ntitle = "{TITLE}"\n', encoding="utf-8")
    return folder


def test_the_page_has_the_figures_and_links(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 24))
    ran = run("agreement", "--html", "report.html")
    assert ran.code == 0, ran.err
    assert "report.html" in ran.err
    assert "F1 of" in ran.out  # the table is there as well
    found = json.loads(run("agreement", "--json").out)
    page = (here / "report.html").read_text("utf-8")
    assert f"<title>Agreement: {TITLE}</title>" in page
    assert f">{found['headline']['f1']:.2f}</span>" in page
    assert found["headline"]["verdict"].partition(":")[0] in page
    assert "on 24 articles annotated blank" in page
    for one in found["disagreements"]:
        assert f'href="{one["links"][0]}"' in page
    assert ANNA.partition("@")[0] in page
    assert "data-refresh" not in page


def test_before_anything_was_done_twice_the_page_says_what_is_needed(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 1)[:1])
    assert run("agreement", "--html", "report.html").code == 0
    page = (here / "report.html").read_text("utf-8")
    assert "not known yet" in page
    assert "[sampling]" in page


def test_without_altair_table_and_json_are_there(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 2))
    monkeypatch.setitem(sys.modules, "altair", None)
    for arguments in ((), ("--json",)):
        assert run("agreement", *arguments).code == 0
    for asked in (("--html", "report.html"), ("--serve",)):
        ran = run("agreement", *asked)
        assert ran.code != 0
        assert ran.err.count("\n") == 1
        assert "pip install 'annotate[report]'" in ran.err
    assert not (here / "report.html").exists()


def test_serve_goes_with_nothing_else(run: Run, here: Path) -> None:
    ran = run("agreement", "--serve", "--json")
    assert ran.code != 0
    assert "without it" in ran.err


def test_the_served_page_follows_the_pulls(here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 2))
    environment = {**clean_environment(), "LABEL_STUDIO_URL": SERVER}
    command = [sys.executable, "-m", "annotate", "agreement", "--serve", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=here,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            assert "2 articles with two readings" in fetched(address)
            with campaign() as (made, pulled):
                pulled(*doubled(made, 5))
            page = fetched(address)
            assert "5 articles with two readings" in page
            assert 'data-refresh="30"' in page
        finally:
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        assert process.returncode == 0, told
        assert told.rstrip().endswith("stopped")


def fetched(address: str) -> str:
    with urlopen(address, timeout=120) as answer:  # noqa: S310 - our own server
        assert "no-store" in answer.headers["Cache-Control"]
        text: str = answer.read().decode("utf-8")
        return text
