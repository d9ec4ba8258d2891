"""annotate doctor: each finding, and what to do about it."""

from __future__ import annotations

import json
import re
from collections import namedtuple
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from annotate.cli import doctor_machine
from annotate.cli.doctor_machine import is_exposed
from annotate.labeling import server as embedded
from annotate.labeling.campaigns import KnownProject, remember
from annotate.labeling.changing import interface_now
from annotate.labeling.ledger import Ledger
from annotate.settings import FILE, load_settings
from tests.cli.conftest import Run
from tests.cli.test_commands import KEY, NOBODY
from tests.conftest import Live
from tests.labeling.test_backup import made
from tests.support import ONTOLOGY, ROOT

Usage = namedtuple("Usage", ("total", "used", "free"))


def found(run: Run, code: int = 0) -> dict[str, dict[str, Any]]:
    ran = run("doctor", "--json")
    assert ran.code == code, ran.out
    return {finding["check"]: finding for finding in json.loads(ran.out)}


def test_every_finding_that_is_not_ok_says_what_to_do(run: Run, folder: Path) -> None:
    workspace = made(folder / ".annotate")
    workspace.home.chmod(0o755)
    workspace.server.chmod(0o755)
    (workspace.server / "logins.json").chmod(0o644)
    workspace.interrupted_restore.write_text("{}")
    findings = found(run, code=1)
    wrong = {name: f for name, f in findings.items() if f["state"] != "ok"}
    assert wrong.keys() == {"secrets", "workspace", "server"}
    assert all(finding["fix"] for finding in wrong.values())
    assert [name for name, f in findings.items() if not f["ok"]] == ["secrets", "workspace"]
    assert "annotate server restore FILE" in wrong["workspace"]["fix"]
    (row,) = re.findall(r"secrets +BROKEN .*", run("doctor").out)
    assert "others can read" in row


def test_it_says_that_the_sources_are_not_compiled(run: Run) -> None:
    finding = found(run)["pre-annotation"]
    assert (finding["state"], finding["detail"]) == ("ok", "pure Python")
    assert "make compile" in finding["fix"]


def test_files_in_a_private_folder_are_private(run: Run, folder: Path) -> None:
    workspace = made(folder / ".annotate")
    workspace.home.chmod(0o700)
    path = workspace.server / "credentials.json"
    path.chmod(0o644)
    assert found(run)["secrets"]["state"] == "ok"
    assert not is_exposed(path, workspace.home)
    workspace.home.chmod(0o711)
    workspace.server.chmod(0o711)
    assert is_exposed(path, workspace.home)
    path.chmod(0o600)
    assert not is_exposed(path, workspace.home)


def test_a_token_file_that_others_can_read(run: Run, folder: Path) -> None:
    (folder / "token.txt").write_text("t" * 40)
    (folder / "token.txt").chmod(0o644)
    (folder / FILE).write_text(f'[server]\nurl = "{NOBODY}"\ntoken_file = "token.txt"\n')
    findings = found(run, code=1)
    assert findings["secrets"]["fix"] == f"run: chmod 600 {folder / 'token.txt'}"
    assert findings["token"]["fix"] == f"run: chmod 600 {folder / 'token.txt'}"


@pytest.mark.parametrize(
    ("free", "state", "code"), [(1 << 40, "ok", 0), (1 << 29, "warning", 0), (1 << 20, "broken", 1)]
)
def test_room_on_the_disk(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str, code: int
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, free))
    disk = found(run, code)["disk"]
    assert disk["state"] == state
    assert (disk["fix"] is None) == (state == "ok")


def test_without_an_arabic_font(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "font_folders", lambda: [Path("/nowhere")])
    fonts = found(run)["fonts"]
    assert fonts["state"] == "warning"
    assert "fonts-noto-core" in fonts["fix"]


def test_a_version_with_advisories_is_warned_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    old = {"label-studio": "1.22.0"}
    monkeypatch.setattr(metadata, "version", lambda n: old.get(n) or real(n))
    advisories = [f for f in json.loads(run("doctor", "--json").out) if f["check"] == "advisory"]
    assert {f["state"] for f in advisories} == {"warning"}
    assert any("CVE-2026-22033 holds for" in f["detail"] for f in advisories)
    assert all("see https://" in f["fix"] for f in advisories)


def test_a_server_that_is_not_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", NOBODY)
    assert "LABEL_STUDIO_API_KEY" in found(run, code=1)["token"]["fix"]
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", KEY)
    ran = run("doctor", "--json")
    server = next(f for f in json.loads(ran.out) if f["check"] == "server")
    assert (server["state"], server["fix"]) == (
        "broken",
        "check the address, or run: annotate server start",
    )
    assert KEY not in ran.out + ran.err


@pytest.mark.server
def test_a_server_with_projects(
    run: Run, folder: Path, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", live.running.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    wrong = found(run, code=1)["token"]
    assert wrong["state"] == "broken"
    assert "Access Token" in wrong["fix"]

    monkeypatch.setenv("LABEL_STUDIO_API_KEY", live.login.token)
    settings = load_settings()
    with live.client() as client:
        interface = interface_now(ONTOLOGY, "all", None)
        same = client.create_project("doctor same", interface, "")
        other = client.create_project(
            "doctor other", "<View><Text name='t' value='$t'/></View>", ""
        )
        client.import_tasks(other, [{"data": {"t": "x"}}])
    with Ledger(settings.workspace.ledger) as ledger:
        for number, title in ((same, "doctor same"), (other, "doctor other"), (10**8, "gone")):
            remember(ledger, KnownProject(live.running.url, number, title, title))
    ran = run("doctor", "--json")
    assert ran.code == 1
    findings = {f["check"]: f for f in json.loads(ran.out)}
    states = {name: f["state"] for name, f in findings.items()}
    assert states["server"] == states["token"] == "ok"
    assert states[f"project {same}: interface"] == states[f"project {same}: ledger"] == "ok"
    assert states[f"project {other}: interface"] == "warning"
    assert findings[f"project {other}: ledger"]["detail"] == "0 tasks here, 1 on the server"
    assert states[f"project {10**8}"] == "broken"
    assert all(f["fix"] for f in findings.values() if f["state"] != "ok")
    for secret in (live.login.token, live.login.password):
        assert secret not in ran.out + ran.err


@pytest.mark.server
def test_the_embedded_server_is_found_by_itself(
    run: Run, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_HOME", str(live.workspace.home))
    findings = found(run)
    assert embedded.running(live.workspace) is not None
    assert live.running.url in findings["server"]["detail"]
    assert findings["secrets"]["state"] == "ok"


def test_the_pinned_versions_have_no_advisory() -> None:
    from annotate.labeling.advisories import affecting, load_advisories

    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().split() if "==" in line
    )
    for package in ("label-studio", "label-studio-sdk"):
        assert affecting(load_advisories(), package, pins[package]) == []
