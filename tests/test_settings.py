"""annotate.toml and the environment."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from annotate.corpus.readers import find_files
from annotate.errors import SettingsError
from annotate.settings import FILE, SamplingSettings, Settings, load_settings, token
from annotate.settings_template import TEMPLATE
from tests.support import OURS

SECRET = "s3cr3t-0123456789"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; the environment does not matter."""
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, content: str) -> Path:
    path = folder / FILE
    path.write_text(content, encoding="utf-8")
    return path


def refused(folder: Path, content: str) -> str:
    """The message for such a file, without its path."""
    path = written(folder, content)
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


# What is read


def test_without_a_file_defaults_hold(folder: Path) -> None:
    found = load_settings()
    assert found.corpus.sources == ()
    assert found.ontology.path is None
    assert found.server.url is None
    assert (found.project.title, found.project.annotators) == ("Arabic news", ())
    assert (found.project.max_words, found.project.blind) == (350, False)
    assert found.dataset.folder == folder / "exports"
    assert found.home == folder / ".annotate"
    assert found.workspace.ledger == folder / ".annotate" / "ledger.sqlite"


def test_the_template_loads_and_its_commented_values_are_the_defaults(folder: Path) -> None:
    written(folder, TEMPLATE)
    found = load_settings()
    assert found.corpus.sources == (str(folder / "articles" / "*.jsonl"),)
    defaults = load_settings(written(folder, ""), {})
    plain = {"corpus": defaults.corpus, "sampling": defaults.sampling}
    assert found.model_copy(update=plain) == defaults


def test_the_template_recommends_a_sampling_plan(folder: Path) -> None:
    found = load_settings(written(folder, TEMPLATE), {}).sampling
    assert found == SamplingSettings(
        seed=1,
        test_share=0.1,
        validation_share=0.1,
        overlap=2,
        overlap_share=0.2,
        blank_share=0.5,
    )


def test_without_a_sampling_plan_everything_is_prelabelled_and_for_one(folder: Path) -> None:
    found = load_settings(written(folder, '[project]\ntitle = "News"'), {}).sampling
    assert (found.test_share, found.validation_share, found.blank_share) == (0, 0, 0)
    assert found.overlap == 1


def test_an_overlap_alone_is_for_every_article(folder: Path) -> None:
    found = load_settings(written(folder, "[sampling]\noverlap = 3"), {}).sampling
    assert (found.overlap, found.overlap_share) == (3, 1)


def test_the_template_shows_every_key(folder: Path) -> None:
    lines = [line.removeprefix("# ") for line in TEMPLATE.splitlines()]
    shown = tomllib.loads("\n".join(x for x in lines if x.startswith("[") or " = " in x))
    assert set(shown) == set(Settings.model_fields) - {"home"}
    for part, values in shown.items():
        assert set(values) == set(type(getattr(Settings(), part)).model_fields)
    load_settings(written(folder, "\n".join(x for x in lines if x.startswith("[") or " = " in x)))


def test_everything_at_once(folder: Path) -> None:
    path = written(
        folder,
        """
        [corpus]
        sources = ["a.txt", "/data/b.txt"]
        cleaning = "rules.yaml"
        [ontology]
        path = "labels/own.yaml"
        [preannotate]
        lexicons = ["lexicon", "/data/places.yaml"]
        [server]
        url = "https://labels.example.org"
        token_file = "token.txt"
        port = 8081
        [project]
        title = "  أخبار  "
        annotators = ["anna@example.org", " Omar@Example.org "]
        max_words = 500
        blind = true
        [sampling]
        seed = 7
        test_share = 0.25
        validation_share = 0
        overlap = 3
        overlap_share = 1
        blank_share = 0.1
        [dataset]
        name = "news-2"
        folder = "../out"
        splits = {0123456789abcdef = "test"}
        """,
    )
    found = load_settings(path, {})
    assert found.corpus.sources == (str(folder / "a.txt"), "/data/b.txt")
    assert found.corpus.cleaning == folder / "rules.yaml"
    assert found.ontology.path == folder / "labels" / "own.yaml"
    assert found.preannotate.lexicons == (folder / "lexicon", Path("/data/places.yaml"))
    assert found.server.url == "https://labels.example.org"
    assert found.server.token_file == folder / "token.txt"
    assert found.server.port == 8081
    assert found.project.title == "أخبار"
    assert found.project.annotators == ("anna@example.org", "omar@example.org")
    assert (found.project.max_words, found.project.blind) == (500, True)
    assert found.sampling.model_dump() == {
        "seed": 7,
        "test_share": 0.25,
        "validation_share": 0,
        "overlap": 3,
        "overlap_share": 1,
        "blank_share": 0.1,
    }
    assert (found.dataset.name, found.dataset.folder) == ("news-2", folder.parent / "out")
    assert found.dataset.splits == {"0123456789abcdef": "test"}


def test_paths_are_relative_to_the_file_and_not_to_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = folder / "project"
    inner.mkdir()
    written(inner, '[corpus]\nsources = ["a.txt"]\n')
    found = load_settings(Path("project") / FILE, {})
    assert found.corpus.sources == (str(inner / "a.txt"),)
    assert found.dataset.folder == inner / "exports"
    assert found.home == inner / ".annotate"
    monkeypatch.chdir(inner)
    assert load_settings(None, {}) == found


def test_a_folder_whose_name_looks_like_a_pattern(folder: Path) -> None:
    inner = folder / "news [2024]"
    inner.mkdir()
    for name in ("a.txt", "b.txt"):
        (inner / name).write_text("نص")
    written(inner, '[corpus]\nsources = ["*.txt", "a.txt"]\n')
    sources = load_settings(inner / FILE, {}).corpus.sources
    assert find_files(sources) == [inner / "a.txt", inner / "b.txt"]


def test_a_byte_order_mark_is_tolerated(folder: Path) -> None:
    path = folder / FILE
    path.write_bytes(b'\xef\xbb\xbf[project]\ntitle = "News"\r\n')
    assert load_settings(path, {}).project.title == "News"


def test_settings_are_frozen(folder: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().home = folder


# The environment


def test_annotate_home_moves_the_workspace(folder: Path) -> None:
    assert load_settings(None, {"ANNOTATE_HOME": "/srv/state"}).home == Path("/srv/state")
    assert load_settings(None, {"ANNOTATE_HOME": "state"}).home == folder / "state"
    assert load_settings(None, {"ANNOTATE_HOME": ""}).home == folder / ".annotate"


def test_the_processs_environment_is_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_HOME", str(folder / "moved"))
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:1")
    found = load_settings()
    assert (found.home, found.server.url) == (folder / "moved", "http://127.0.0.1:1")


def test_label_studio_url_wins_over_the_file(folder: Path) -> None:
    path = written(folder, '[server]\nurl = "https://a.example"\nport = 8099\n')
    environment = {"LABEL_STUDIO_URL": "https://b.example"}
    found = load_settings(path, environment).server
    assert (found.url, found.port) == ("https://b.example", 8099)
    assert load_settings(path, {"LABEL_STUDIO_URL": ""}).server.url == "https://a.example"


@pytest.mark.parametrize("url", ["", 'url = "https://b.example"\n'])
def test_the_files_token_serves_the_variables_server(folder: Path, url: str) -> None:
    path = written(folder, f'[server]\n{url}token_file = "token.txt"\n')
    found = load_settings(path, {"LABEL_STUDIO_URL": "https://b.example"})
    assert found.server.token_file == folder / "token.txt"


def test_the_files_token_is_not_sent_to_another_server(folder: Path) -> None:
    path = written(folder, '[server]\nurl = "https://a.example"\ntoken_file = "token.txt"\n')
    found = load_settings(path, {"LABEL_STUDIO_URL": "https://b.example"})
    assert found.server.token_file is None
    with pytest.raises(SettingsError, match="no token for https://b"):
        token(found, {})


def test_an_address_holds_no_password(folder: Path) -> None:
    message = refused(folder, f"[server]\nurl = 'https://user:{SECRET}@a.example'")
    assert message.startswith("server.url: ")
    assert "no password" in message
    assert SECRET not in message


def test_a_url_that_is_none(folder: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {"LABEL_STUDIO_URL": "labels.example.org"})
    assert str(caught.value).startswith("LABEL_STUDIO_URL: url: string should match pattern")


# What is refused


def test_an_unknown_key_lists_the_alternatives(folder: Path) -> None:
    assert refused(folder, "[projekt]\n") == (
        "unknown key projekt (there are corpus, ontology, preannotate, server, project, sampling, "
        "dataset)"
    )
    assert refused(folder, "[project]\nname = 'x'\n") == (
        "unknown key project.name (there are title, annotators, max_words, blind)"
    )
    assert refused(folder, "[server]\ntoken = 'x'\n") == (
        "unknown key server.token (there are url, token_file, port, database, allow_http)"
    )


def test_all_problems_are_collected(folder: Path) -> None:
    message = refused(folder, "[project]\nname = 'x'\nmax_words = 0\n[dataset]\nname = '../x'\n")
    assert [part.partition(":")[0] for part in message.split("; ")] == [
        "project.max_words",
        "unknown key project.name (there are title, annotators, max_words, blind)",
        "dataset.name",
    ]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("[project]\ntitle = 'ab'", "project.title"),
        (f"[project]\ntitle = '{'a' * 51}'", "project.title"),
        ("[project]\ntitle = 5", "project.title"),
        ("[project]\nannotators = ['anna']", "project.annotators.0"),
        ("[project]\nannotators = ['a@b.org', 'A@b.org']", "project.annotators"),
        ("[project]\nannotators = 'a@b.org'", "project.annotators"),
        ("[project]\nmax_words = 49", "project.max_words"),
        ("[project]\nblind = 'who knows'", "project.blind"),
        ("[sampling]\nseed = -1", "sampling.seed"),
        ("[sampling]\ntest_share = 1.1", "sampling.test_share"),
        ("[sampling]\nvalidation_share = -0.1", "sampling.validation_share"),
        ("[sampling]\ntest_share = 0.6\nvalidation_share = 0.5", "sampling"),
        ("[sampling]\noverlap = 0", "sampling.overlap"),
        ("[sampling]\noverlap = 101", "sampling.overlap"),
        ("[sampling]\noverlap_share = nan", "sampling.overlap_share"),
        ("[sampling]\nblank_share = inf", "sampling.blank_share"),
        ("[dataset]\nname = '..'", "dataset.name"),
        ("[dataset]\nname = 'a/b'", "dataset.name"),
        ("[dataset]\nname = ''", "dataset.name"),
        ("[dataset.splits]\nabc = 'dev'", "dataset.splits.abc"),
        ("[server]\nport = 0", "server.port"),
        ("[server]\nport = 65536", "server.port"),
        ("[server]\nurl = 'file:///etc'", "server.url"),
        ("[server]\nurl = 'https://'", "server.url"),
        ("[server]\nurl = 'https://[bad'", "server.url"),
        ("[server]\nurl = 'https://a.example:99999'", "server.url"),
        ("[corpus]\nsources = ['a.txt', '']", "corpus.sources.1"),
        ("[corpus]\nsources = 'a.txt'", "corpus.sources"),
        ("corpus = 5", "corpus"),
    ],
)
def test_wrong_values(folder: Path, content: str, key: str) -> None:
    assert refused(folder, content).startswith(f"{key}: ")


def test_the_number_of_annotators_has_moved(folder: Path) -> None:
    assert refused(folder, "[project]\nannotators = 2") == (
        "project.annotators: this is a list of e-mail addresses; sampling.overlap says how many "
        "annotators an article is for"
    )


def test_home_is_no_key(folder: Path) -> None:
    assert refused(folder, "home = '/tmp'") == (
        "unknown key home; the variable ANNOTATE_HOME moves it"
    )


def test_no_toml(folder: Path) -> None:
    assert refused(folder, "[project\n").startswith("not valid TOML: ")
    assert "line 3" in refused(folder, "[project]\n\ntitle\n")
    assert refused(folder, "a = " + "[" * 5000) == "not valid TOML: nested too deeply"


def test_not_utf8(folder: Path) -> None:
    path = folder / FILE
    start = b"[project]\ntitle = '"
    path.write_bytes(start + "أخبار".encode("cp1256") + b"'\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert str(caught.value) == f"{path}: not UTF-8 at byte {len(start)}"


def test_a_named_file_must_be_there(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"other\.toml: no such file; write one: annotate init"):
        load_settings(Path("other.toml"), {})


# The token


def with_token(folder: Path, content: bytes, mode: int = 0o600) -> Settings:
    path = folder / "token.txt"
    path.write_bytes(content)
    path.chmod(mode)
    lines = '[server]\nurl = "https://a.example"\ntoken_file = "token.txt"\n'
    return load_settings(written(folder, lines), {})


def test_token_from_the_file(folder: Path) -> None:
    assert token(with_token(folder, f"{SECRET}\n".encode()), {}) == SECRET


def test_the_variable_wins_over_the_file(folder: Path) -> None:
    found = with_token(folder, b"other")
    assert token(found, {"LABEL_STUDIO_API_KEY": f" {SECRET}\n"}) == SECRET
    assert token(found, {"LABEL_STUDIO_API_KEY": " "}) == "other"


def test_no_token(folder: Path) -> None:
    found = load_settings(written(folder, '[server]\nurl = "https://a.example"\n'), {})
    with pytest.raises(SettingsError) as caught:
        token(found, {})
    assert str(caught.value) == (
        "there is no token for https://a.example; set LABEL_STUDIO_API_KEY, or server.token_file "
        "in annotate.toml"
    )


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_token_that_others_can_read(folder: Path, mode: int) -> None:
    found = with_token(folder, SECRET.encode(), mode)
    with pytest.raises(SettingsError) as caught:
        token(found, {})
    path = folder / "token.txt"
    assert str(caught.value) == f"{path}: others can read the token file; run: chmod 600 {path}"
    path.chmod(0o400)
    assert token(found, {}) == SECRET


def test_a_token_file_that_is_not_there(folder: Path) -> None:
    found = with_token(folder, b"x")
    (folder / "token.txt").unlink()
    with pytest.raises(SettingsError, match=r"token\.txt: the token file cannot be read \(No such"):
        token(found, {})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        SECRET.encode() + b"\nsecond line",
        b"Token " + SECRET.encode(),
        SECRET.encode() + "سر".encode(),
        SECRET.encode() + b"\xff",
        SECRET.encode() + b"\0",
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(folder: Path, content: bytes) -> None:
    found = with_token(folder, content)
    with pytest.raises(SettingsError) as caught:
        token(found, {})
    assert str(caught.value).startswith(f"{folder / 'token.txt'}: ")
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"


def test_what_is_no_token_in_the_variable_is_not_shown(folder: Path) -> None:
    with pytest.raises(SettingsError, match="LABEL_STUDIO_API_KEY: this is no token") as caught:
        token(load_settings(), {"LABEL_STUDIO_API_KEY": f"{SECRET} {SECRET}"})
    assert SECRET not in str(caught.value)


def test_a_token_written_into_the_settings_is_not_shown(folder: Path) -> None:
    for content in (f"[server]\ntoken = '{SECRET}'", f"[server]\nport = '{SECRET}'"):
        assert SECRET not in refused(folder, content)


# HTTPS

PLAIN = "http://labels.example.org"


@pytest.mark.parametrize(
    "url",
    [
        "https://labels.example.org",
        *(
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://localhost:8080",
            "http://[::1]:8080",
        ),
    ],
)
def test_https_or_this_machine_is_private(folder: Path, url: str) -> None:
    assert load_settings(written(folder, f'[server]\nurl = "{url}"\n'), {}).server.url == url


@pytest.mark.parametrize(
    "url",
    [
        *(PLAIN, "http://192.168.1.5:8080", "http://localhost.example.org", "http://[::2]"),
        *("http://127.0.0.1.example.org", "http://0.0.0.0:8080", "http://1270.0.0.1"),
    ],
)
def test_the_token_does_not_travel_in_the_clear(folder: Path, url: str) -> None:
    assert f"{url} would send the token" in refused(folder, f'[server]\nurl = "{url}"\n')
    with pytest.raises(SettingsError, match=r"LABEL_STUDIO_URL: .* would send the token"):
        load_settings(written(folder, ""), {"LABEL_STUDIO_URL": url})


def test_unless_one_says_so(folder: Path) -> None:
    path = written(folder, f'[server]\nurl = "{PLAIN}"\nallow_http = true\n')
    assert load_settings(path, {}).server.url == PLAIN
    variables = {"LABEL_STUDIO_URL": "http://10.0.0.1"}
    assert load_settings(path, variables).server.url == "http://10.0.0.1"
    allowed = {"LABEL_STUDIO_ALLOW_HTTP": "true"}
    assert load_settings(written(folder, ""), variables | allowed).server.allow_http
    plain = written(folder, f'[server]\nurl = "{PLAIN}"\n')
    assert load_settings(plain, allowed).server.url == PLAIN
    with pytest.raises(SettingsError, match="would send the token"):
        load_settings(plain, {"LABEL_STUDIO_ALLOW_HTTP": "false"})
    with pytest.raises(SettingsError, match=r"server\.allow_http: input should be a valid boolean"):
        load_settings(plain, {"LABEL_STUDIO_ALLOW_HTTP": "perhaps"})
