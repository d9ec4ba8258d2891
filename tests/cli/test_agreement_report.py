"""agreement --html and --serve: the page, from a real ledger and a real history."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from urllib.request import urlopen

import pytest

from annotate.cli.agreement_report import state_of
from annotate.settings import load_settings
from tests.cli.conftest import Run
from tests.cli.test_agreement import campaign, doubled, here
from tests.labeling.campaign import ANNA, SALMA, SERVER, TITLE
from tests.support import clean_environment

__all__ = ["here"]
pytestmark = pytest.mark.slow


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
    assert "annotator-1" in page
    assert ANNA.partition("@")[0] not in page
    run("agreement", "--html", "named.html", "--names")
    assert ANNA.partition("@")[0] in (here / "named.html").read_text("utf-8")
    assert "data-refresh" not in page
    newest = datetime.fromisoformat(found["pulled_at"])
    assert f"newest work pulled {newest:%Y-%m-%d %H:%M} UTC · page drawn " in page
    drawn = re.search(r"page drawn (.{16}) UTC", page)
    assert drawn is not None
    age = datetime.now(UTC) - datetime.fromisoformat(f"{drawn[1]}+00:00")
    assert timedelta(0) <= age < timedelta(minutes=5)


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


def test_what_the_page_is_drawn_from_is_watched(run: Run, here: Path) -> None:
    with campaign() as (made, pulled):
        pulled(*doubled(made, 2))
    states = [state_of(load_settings())]
    assert run("agreement", "--json").code == 0
    assert state_of(load_settings()) == states[0]  # to draw it changes nothing
    with campaign() as (made, pulled):
        pulled(*doubled(made, 1))
    states.append(state_of(load_settings()))
    with campaign() as (made, _):
        made.project(f"{TITLE} (events)", layers="events")
    states.append(state_of(load_settings()))
    with (here / "annotate.toml").open("a", encoding="utf-8") as file:
        file.write(f'annotators = ["{SALMA}"]\n')
    states.append(state_of(load_settings()))
    assert all(one != other for one, other in combinations(states, 2))


def test_the_served_page_follows_the_pulls_and_the_settings(here: Path) -> None:
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
            assert "not-begun-1" not in page
            file = here / "annotate.toml"
            sound = file.read_text("utf-8")
            file.write_text("[project", encoding="utf-8")
            assert fetched(address) == page  # what cannot be read is said, and the old page stays
            file.write_text(f'{sound}annotators = ["{SALMA}"]\n', encoding="utf-8")
            page = fetched(address)
            assert "not-begun-1" in page  # her pseudonym
            assert SALMA.partition("@")[0] not in page
        finally:
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        assert process.returncode == 0, told
        assert told.count("not drawn: ") == 1
        assert told.rstrip().endswith("stopped")


def fetched(address: str) -> str:
    with urlopen(address, timeout=120) as answer:  # noqa: S310 - our own server
        assert "no-store" in answer.headers["Cache-Control"]
        text: str = answer.read().decode("utf-8")
        return text
