"""compose.yaml: a valid file that runs what the embedded server runs, and shows it to nobody."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from annotate.database import Postgres
from annotate.labeling import server as embedded
from annotate.labeling.server_database import sqlite_file
from annotate.labeling.server_environment import CLOSED, environment, own_variables
from annotate.labeling.server_process import choose_port, launch
from annotate.labeling.server_state import Credentials, Running, data_folder
from tests.conftest import copy_of
from tests.labeling.session import log_in, sign_up
from tests.support import ROOT

URL = "https://labels.example.org"
PROXY = {"LABEL_STUDIO_HOST", "CSRF_TRUSTED_ORIGINS"}  # where TLS stands in front of the server


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def variables() -> dict[str, str]:
    found: dict[str, str] = compose()["services"]["label-studio"]["environment"]
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """What Compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`."""

    def value(match: re.Match[str]) -> str:
        name, how, rest = match.groups()
        if values.get(name):
            return values[name]
        assert how == "-", f"{name}: {rest}"
        return str(rest)

    return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", value, text)


def test_it_is_a_valid_compose_file() -> None:
    schema_file = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(schema_file.read_text("utf-8"))
    jsonschema.validate(compose(), schema)
    broken = compose()
    broken["services"]["label-studio"]["port"] = broken["services"]["label-studio"].pop("ports")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_it_runs_the_version_that_is_tested() -> None:
    image = compose()["services"]["label-studio"]["image"]
    assert image == f"heartexlabs/label-studio:{version('label-studio')}"
    assert re.fullmatch(r"postgres:\d+", compose()["services"]["postgres"]["image"])


def test_it_sets_the_variables_that_the_embedded_server_sets() -> None:
    own = own_variables(
        Path("data"), Credentials("a@example.org", "p", "t"), Postgres("u", "h", 1, "n")
    )
    assert set(variables()) == set(own) | PROXY
    assert {name: variables()[name] for name in CLOSED} == CLOSED
    assert variables()["DJANGO_DB"] == own["DJANGO_DB"]


def test_only_this_machine_reaches_it() -> None:
    for service in compose()["services"].values():
        for port in service.get("ports", ()):
            assert filled(port, {}).startswith("127.0.0.1:")
        assert "network_mode" not in service
    assert "ports" not in compose()["services"]["postgres"]


def test_what_must_stay_is_in_volumes_and_what_is_waited_for_has_a_check() -> None:
    services = compose()["services"]
    for service in services.values():
        (mount,) = service["volumes"]
        assert mount.partition(":")[0] in compose()["volumes"]
        assert service["healthcheck"]["test"][0] == "CMD"
    awaited = services["label-studio"]["depends_on"]["postgres"]["condition"]
    assert awaited == "service_healthy"
    code = services["label-studio"]["healthcheck"]["test"][-1]
    compile(code, "healthcheck", "exec")


def secrets_file() -> dict[str, str]:
    """What the command in docs/server.md writes into .env."""
    document = (ROOT / "docs" / "server.md").read_text("utf-8")
    found = re.search(r"python3 -c '(.+?)' > \.env", document, re.DOTALL)
    assert found is not None
    done = subprocess.run(
        [sys.executable, "-c", found[1]], capture_output=True, text=True, check=True, timeout=60
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_the_documented_secrets_are_those_that_it_asks_for() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    optional = set(re.findall(r"\$\{(\w+):-", text))
    assert needed <= set(secrets_file()) <= needed | optional
    assert secrets_file()["LABELS_PASSWORD"] != secrets_file()["LABELS_PASSWORD"]
    assert len(secrets_file()["LABELS_TOKEN"]) == 40
    ignored = subprocess.run(
        ["git", "check-ignore", ".env", "token.txt"], cwd=ROOT, capture_output=True, check=False
    )
    if (ROOT / ".git").exists():
        assert ignored.returncode == 0


@pytest.fixture
def shared(migrated: Path, tmp_path: Path) -> Iterator[tuple[Running, Credentials]]:
    """Label Studio run with the variables of compose.yaml, but for the database's place."""
    workspace = copy_of(migrated, tmp_path / "home")
    login = embedded.credentials(workspace)
    values = secrets_file() | {
        "LABELS_EMAIL": login.email,
        "LABELS_PASSWORD": login.password,
        "LABELS_TOKEN": login.token,
    }
    given = {name: filled(text, values) for name, text in variables().items()}
    assert given["CSRF_TRUSTED_ORIGINS"] == URL
    given["LABEL_STUDIO_BASE_DATA_DIR"] = str(data_folder(workspace))
    given["DJANGO_DB"] = "sqlite"
    assert sqlite_file(workspace).exists()
    everything = environment(given, os.environ)
    running = launch(workspace, choose_port(None), everything, login.token, lambda _: None)
    try:
        yield running, login
    finally:
        embedded.stop(workspace)


@pytest.mark.server
def test_people_log_in_through_tls_and_not_from_elsewhere(
    shared: tuple[Running, Credentials],
) -> None:
    running, login = shared
    who = log_in(running.url, login.email, login.password, Origin=URL, Host="labels.example.org")
    assert who is not None
    assert who["email"] == login.email
    assert log_in(running.url, login.email, login.password, Origin="https://evil.example") is None
    # Without the invitation's secret nobody signs up.
    assert not sign_up(running.url, "/user/signup/", "new@example.org", "abcd-efgh-ijkl")
    assert not sign_up(running.url, "/user/signup/?token=x", "new@example.org", "abcd-efgh-ijkl")
