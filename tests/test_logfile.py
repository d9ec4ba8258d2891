"""The log: one JSON object a line, for its user alone, and without secrets."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.logfile import GONE, keep_out_of_logs, log, logging_to, redact, secrets_in
from tests.support import PROPERTY

TOKEN = "0123456789abcdef0123456789abcdef01234567"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJlLXhhYg"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_is_a_json_object_with_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with logging_to(path, {}):
        log.info("pulled %d tasks\nin two lines", 3, extra={"project": 7, "ratio": 0.5})
        logging.getLogger("annotate.labeling").warning("دمشق")
        logging.getLogger("elsewhere").warning("not ours")
    first, second = lines(path)
    assert {k: v for k, v in first.items() if k != "at"} == {
        "level": "info",
        "logger": "annotate",
        "message": "pulled 3 tasks\nin two lines",
        "project": 7,
        "ratio": 0.5,
    }
    assert (second["logger"], second["message"]) == ("annotate.labeling", "دمشق")
    assert first["at"].endswith("+00:00")


def test_it_is_added_to_and_private(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("")
    path.chmod(0o644)
    for _ in range(2):
        with logging_to(path, {}):
            log.info("x")
    assert len(lines(path)) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_logged_after_the_block(tmp_path: Path) -> None:
    before = [list(logging.getLogger(name).handlers) for name in ("annotate", "httpx")]
    with logging_to(tmp_path / "log", {}):
        pass
    log.error("late")
    assert lines(tmp_path / "log") == []
    assert [list(logging.getLogger(name).handlers) for name in ("annotate", "httpx")] == before


def test_a_traceback_is_there_without_the_secret_in_it(tmp_path: Path) -> None:
    keep_out_of_logs("opensesame-1")
    with logging_to(tmp_path / "log", {"MY_PASSWORD": "hunter2hunter2"}):
        try:
            raise ValueError(f"opensesame-1 hunter2hunter2 {TOKEN}")
        except ValueError as problem:
            log.error("failed: %s", problem, exc_info=problem)
    (line,) = lines(tmp_path / "log")
    text = json.dumps(line)
    assert "ValueError" in line["traceback"]
    assert "test_logfile.py" in line["traceback"]
    for secret in ("opensesame-1", "hunter2hunter2", TOKEN):
        assert secret not in text
    assert line["message"] == f"failed: {GONE} {GONE} {GONE}"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Token {TOKEN}", TOKEN),
        ("Authorization: Bearer short1", "short1"),
        ("{'authorization': 'Token abc.def'}", "abc.def"),
        (f'{{"refresh": "{JWT}"}}', JWT),
        ("postgresql://labels:hunter2@127.0.0.1/labels", "hunter2"),
        ("https://user:pa%40ss@labels.example.org/x", "pa%40ss"),
        ("password=hunter2&user=anna", "hunter2"),
        ("LABELS_TOKEN=abcdef", "abcdef"),
        (f"token {TOKEN} was refused", TOKEN),
        ("sent Token 1234567890-abcdefghijkl", "1234567890-abcdefghijkl"),
    ],
)
def test_what_looks_like_a_secret_goes(text: str, secret: str) -> None:
    cleaned = redact(text)
    assert secret not in cleaned
    assert GONE in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "GET http://127.0.0.1:8080/api/projects/1/export?ids[]=5 200 OK",
        "article 4edc5058554e18b8 of text " + "0a" * 32,
        "the server does not accept the token (asking who we are)",
        "annotate push --settings /home/anna/annotate.toml",
        "tokens and passwords are in no log",
    ],
)
def test_what_does_not_stays(text: str) -> None:
    assert redact(text) == text


def test_variables_hold_secrets_by_their_names() -> None:
    found = secrets_in(
        {
            "LABEL_STUDIO_API_KEY": "a" * 40,
            "PGPASSWORD": "correct horse",
            "AWS_SECRET_ACCESS_KEY": "b" * 40,
            "HF_TOKEN": "hf_xxxxxxxx",
            "HOME": "/home/anna",
            "GIT_TOKEN": "x",  # of one letter: every word would go
        }
    )
    assert found == {"a" * 40, "correct horse", "b" * 40, "hf_xxxxxxxx"}


@given(
    st.text(max_size=30), st.text(min_size=8, max_size=40).filter(str.strip), st.text(max_size=30)
)
@PROPERTY
def test_no_known_secret_is_ever_written(before: str, secret: str, after: str) -> None:
    import tempfile

    secret = secret.strip()
    if len(secret) < 8 or secret in GONE:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with logging_to(path, {"A_TOKEN": secret}):
            log.info("%s%s%s", before, secret, after, extra={"about": secret})
        (line,) = lines(path)
    assert secret not in line["message"]
    assert secret not in line["about"]
