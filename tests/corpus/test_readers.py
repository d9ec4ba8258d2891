"""Readers: four kinds of files, and every way in which one cannot be read."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus.article import Article
from annotate.corpus.readers import find_files, read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError
from tests.support import SEEDS, SLOW_PROPERTY, write_lines

BOM = b"\xef\xbb\xbf"
TEXT = 'قال المتحدث: "نعم"،\nثم انصرف. 😀'


def read(*paths: Path | str) -> list[Article]:
    return list(read_articles([str(path) for path in paths], None))


def refused(*paths: Path | str) -> str:
    """The one-line message for files that cannot be read."""
    with pytest.raises(InputError) as caught:
        read(*paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def write_txt(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(str(rows[0]["text"]).encode())
    return path


WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], Path]] = {
    ".txt": write_txt,
    ".jsonl": lambda path, rows: write_lines(path, rows),
    ".csv": write_csv,
    ".parquet": write_parquet,
}


# What can be read


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_text_comes_out_as_it_went_in(tmp_path: Path, suffix: str) -> None:
    path = WRITERS[suffix](tmp_path / f"a{suffix}", [{"text": TEXT}])
    (article,) = read(path)
    assert article.text == TEXT
    assert (article.source, article.source_id, article.url) == (path.name, None, None)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_columns_become_fields(tmp_path: Path, suffix: str) -> None:
    row = {
        "id": "17",
        "text": TEXT,
        "url": "https://example.org/17",
        "outlet": "وكالة",
        "published": "2024-12-08",
        "crawled": "2024-12-09T10:00:00Z",
        "other": "ignored",
    }
    rows = [row, {**row, "id": "18", "url": "https://example.org/18", "outlet": ""}]
    first, second = read(WRITERS[suffix](tmp_path / f"a{suffix}", rows))
    assert (first.source, first.source_id, first.url) == (row["url"], "17", row["url"])
    assert (first.outlet, first.published, first.crawled) == (
        "وكالة",
        "2024-12-08",
        "2024-12-09T10:00:00Z",
    )
    assert second.outlet is None


def test_dates_and_numbers_of_parquet(tmp_path: Path) -> None:
    row = {
        "text": TEXT,
        "id": 5,
        "published": date(2024, 12, 8),
        "crawled": datetime(2024, 12, 9, 10, tzinfo=UTC),
    }
    (article,) = read(write_parquet(tmp_path / "a.parquet", [row]))
    assert (article.source_id, article.published) == ("5", "2024-12-08")
    assert article.crawled == "2024-12-09T10:00:00+00:00"


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
def test_a_byte_order_mark_is_tolerated(tmp_path: Path, suffix: str) -> None:
    path = WRITERS[suffix](tmp_path / f"a{suffix}", [{"text": TEXT}])
    path.write_bytes(BOM + path.read_bytes())
    assert [article.text for article in read(path)] == [TEXT]


def test_blank_lines_of_jsonl_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n  \n{"text": "أ"}\r\n\n{"text": "ب"}', encoding="utf-8")
    assert [article.text for article in read(path)] == ["أ", "ب"]


def test_only_a_line_feed_ends_a_line_of_jsonl(tmp_path: Path) -> None:
    text = "أ\u2028ب\x85ج\vد"
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": text}, ensure_ascii=False), encoding="utf-8")
    assert [article.text for article in read(path)] == [text]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(cells.filter(lambda text: bool(text.strip())), min_size=1, max_size=4))
@SLOW_PROPERTY
def test_csv_cells_with_commas_quotes_and_line_breaks(texts: list[str]) -> None:
    rows = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    with TemporaryDirectory() as folder:
        found = read(write_csv(Path(folder) / "a.csv", rows))
    assert [article.text for article in found] == texts


def test_csv_row_numbers_count_lines(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [{"text": "سطر\nسطر\nسطر"}, {"text": "   "}])
    assert refused(path) == f"{path}:5: the article has no text; remove it"


def test_a_csv_cell_may_be_long(tmp_path: Path) -> None:
    (article,) = read(write_csv(tmp_path / "a.csv", [{"text": "ا" * 200_000}]))
    assert len(article.text) == 200_000


def test_more_rows_of_parquet_than_one_batch(tmp_path: Path) -> None:
    rows = [{"text": f"نص {number}"} for number in range(600)]
    found = read(write_parquet(tmp_path / "a.parquet", rows))
    assert [article.text for article in found] == [row["text"] for row in rows]


def test_articles_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{"text": "نص"}, {"text": 5}])
    articles = read_articles([str(path)], None)
    assert next(articles).text == "نص"
    with pytest.raises(InputError):
        next(articles)


def test_rules_clean_and_without_them_texts_stay(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{"text": " في\u00a0 دمشق\nإعلان\n"}])
    assert [a.text for a in read_articles([str(path)], load_rules())] == ["في دمشق"]
    assert [a.text for a in read(path)] == [" في\u00a0 دمشق\nإعلان\n"]


# Which files


def test_file_folder_and_glob(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.md", "sub/d.txt", "sub/deep/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    a, b, d, e = (tmp_path / name for name in ("a.txt", "b.txt", "sub/d.txt", "sub/deep/e.txt"))
    assert find_files([str(b)]) == [b]
    assert find_files([str(tmp_path)]) == [a, b]
    assert find_files([str(tmp_path / "*.txt")]) == [a, b]
    assert find_files([str(tmp_path / "sub" / "**" / "*.txt")]) == [d, e]
    assert find_files([str(tmp_path / "?.txt"), str(b), str(d)]) == [a, b, d]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "a[1]*.txt"
    path.write_text("نص")
    assert find_files([str(path)]) == [path]


def test_relative_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("نص")
    monkeypatch.chdir(tmp_path)
    assert find_files(["a.txt", "*.txt", "."]) == [Path("a.txt")]


@pytest.mark.parametrize("source", ["missing.txt", "missing/", "*.csv", "**/nothing"])
def test_no_match(tmp_path: Path, source: str) -> None:
    path = f"{tmp_path}/{source}"
    assert refused(path) == f"{path}: no such file, folder or glob match; check the path"


def test_no_source_is_not_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("نص")
    monkeypatch.chdir(tmp_path)
    assert refused("") == "a source is empty; name files, folders or globs"
    assert find_files([]) == []


def test_a_glob_that_finds_only_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert "no such file, folder or glob match" in refused(tmp_path / "*")


def test_a_folder_without_articles(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    (tmp_path / "sub.txt").mkdir()
    assert refused(tmp_path) == (
        f"{tmp_path}: the folder holds no .txt, .jsonl, .csv, .parquet; "
        f"to search below it give a glob such as '{tmp_path}/**/*.txt'"
    )


@pytest.mark.parametrize("name", ["a.pdf", "a.json", "a.txt.gz", "a", "a.TXT"])
def test_an_unknown_kind_of_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("نص")
    suffix = path.suffix or "(no suffix)"
    assert refused(path) == (
        f"{path}: unknown kind of file {suffix}; use one of .txt, .jsonl, .csv, .parquet"
    )


def test_all_files_are_looked_at_before_the_first_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("نص")
    articles = read_articles([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], None)
    with pytest.raises(InputError, match=r"b\.txt: no such file"):
        next(articles)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(b"x")
    assert "the file's name has a lone surrogate (U+DCFF)" in refused(tmp_path)


# What cannot be read


@pytest.mark.parametrize("suffix", WRITERS)
def test_an_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.touch()
    assert refused(path) == f"{path}: the file is empty; remove it or fill it"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", b"\n\n"), ("a.jsonl", BOM), ("a.csv", b"id,text\n"), ("a.csv", b"text\n\n\n")],
)
def test_a_file_without_articles(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == f"{path}: the file holds no article; remove it"


def test_a_parquet_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), path)
    assert refused(path) == f"{path}: the file holds no article; remove it"


@pytest.mark.parametrize("content", [b" \n\t", BOM, "\u00a0\u3000".encode()])
def test_a_text_of_blanks_only(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert refused(path) == f"{path}: the article has no text; remove it"


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
@pytest.mark.parametrize("start", [b"", BOM])
@pytest.mark.parametrize("lines", [0, 3])
def test_not_utf8_names_the_byte_of_the_file(
    tmp_path: Path, suffix: str, start: bytes, lines: int
) -> None:
    line = {".txt": "سطر\n", ".jsonl": '{"text": "سطر"}\n', ".csv": "سطر\n"}[suffix].encode()
    head = b"text\n" if suffix == ".csv" else b""
    before = start + head + line * lines + b'{"text": "'
    path = tmp_path / f"a{suffix}"
    path.write_bytes(before + "نص".encode("cp1256") + b'"}\n')
    assert path.read_bytes()[len(before)] == 0xE4
    with pytest.raises(InputError) as caught:
        list(read_articles([str(path)], None))
    assert str(caught.value) == (
        f"{path}: not UTF-8 at byte {len(before)} (0xe4); convert the file to UTF-8"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert refused(path).startswith(f"{path}: not UTF-8 at byte 0 (0xff)")


@pytest.mark.parametrize("content", [bytes(range(32)) * 20, b"GIF89a\0\1\2" + b"\0" * 90, b"\0"])
def test_a_binary_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert refused(path).startswith(f"{path}: this is a binary file: ")


def test_a_few_control_characters_make_no_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode() * 5 + b"\0\x1b")
    assert read(path)[0].text.endswith("\0\x1b")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{", "not valid JSON: "),
        (b"text", "not valid JSON: "),
        (b'{"text": "a"} {}', "not valid JSON: Extra data"),
        (b'{"text": "a\tb"}', "not valid JSON: Invalid control character"),
        (b'{"a": ' + b"[" * 100_000, "not valid JSON: "),
        (b'["text"]', "a line holds no JSON object such as "),
        (b'"text"', "a line holds no JSON object such as "),
        (b"{}", "text is missing or not a string"),
        (b'{"text": null}', "text is missing or not a string"),
        (b'{"text": ["a"]}', "text is missing or not a string"),
        (b'{"text": 5}', "text is missing or not a string"),
        (b'{"Text": "a"}', "text is missing or not a string"),
        (b'{"text": ""}', "the article has no text"),
        (b'{"text": "a", "id": true}', "id is neither a string nor a number"),
        (b'{"text": "a", "url": {}}', "url is neither a string nor a number"),
        (b'{"text": "a", "outlet": []}', "outlet is neither a string nor a number"),
    ],
)
def test_wrong_lines_of_jsonl(tmp_path: Path, line: bytes, what: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "\xd9\x86"}\n\n' + line + b"\n")
    assert refused(path).startswith(f"{path}:3: {what}")


@pytest.mark.parametrize("field", ["text", "id", "url", "outlet", "published", "crawled"])
@pytest.mark.parametrize(("escape", "code"), [(r"\ud800", "D800"), (r"\udc00\ud800", "DC00")])
def test_a_lone_surrogate_in_json(tmp_path: Path, field: str, escape: str, code: str) -> None:
    row = {"text": "نص", field: "abc@"}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row).replace("@", escape))
    assert refused(path) == (
        f"{path}:1: {field} has a lone surrogate (U+{code}) at {len('abc')}; "
        "repair the text where it comes from"
    )


def test_a_pair_of_surrogates_is_one_character(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(r'{"text": "\ud83d\ude00"}')
    assert read(path)[0].text == "😀"


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        ("id,body\n1,نص\n", "", "there is no column text; name the columns text and, if you have"),
        ("Text\nنص\n", "", "there is no column text"),
        ("id;text\n1;نص\n", "", "there is no column text"),
        ("\n\n", "", "there is no column text"),
        ("text,id,text\nأ,1,ب\n", "", "column text is there twice"),
        ("text,url,url\nأ,1,ب\n", "", "column url is there twice"),
        ("id,text\n1\n", ":2", "the row has more or fewer fields than the header"),
        ("id,text\n1,نص,more\n", ":2", "the row has more or fewer fields than the header"),
        ('text\n"نص\n', ":2", "not valid CSV: unexpected end of data"),
        ('text\n"نص" x\n', ":2", "not valid CSV: "),
        ("text\nأ\rب\n", ":2", "not valid CSV: new-line character seen in unquoted field"),
        ("id,text\n1,\n", ":2", "text is missing or not a string"),
        ("text\n   \n", ":2", "the article has no text"),
    ],
)
def test_wrong_csv(tmp_path: Path, content: str, place: str, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    assert refused(path).startswith(f"{path}{place}: {what}")


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"body": "نص"}, ": there is no column text; name the columns text and"),
        ({"text": None}, ": row 1: text is missing or not a string"),
        ({"text": 5}, ": row 0: text is missing or not a string"),
        ({"text": b"x"}, ": row 0: text is missing or not a string"),
        ({"text": ["نص"]}, ": row 0: text is missing or not a string"),
        ({"text": {"ar": "نص"}}, ": row 0: text is missing or not a string"),
        ({"text": "نص", "id": b"x"}, ": row 0: id is neither a string nor a number"),
        ({"text": "نص", "url": [1]}, ": row 0: url is neither a string nor a number"),
    ],
)
def test_wrong_parquet_rows(tmp_path: Path, row: dict[str, Any], what: str) -> None:
    first = {"text": "أول"} if row.get("text", "") is None else row
    path = write_parquet(tmp_path / "a.parquet", [first, row])
    assert refused(path).startswith(f"{path}{what}")


def test_corrupt_parquet(tmp_path: Path) -> None:
    sound = write_parquet(tmp_path / "sound.parquet", [{"text": TEXT * 50}]).read_bytes()
    path = tmp_path / "a.parquet"
    for content in (
        b"PAR1",
        b"not parquet at all",
        sound[: len(sound) // 2],
        sound[:-1],
        sound[4:],
    ):
        path.write_bytes(content)
        assert refused(path).startswith(f"{path}: not a readable Parquet file (")


def test_any_byte_of_parquet_may_be_wrong(tmp_path: Path) -> None:
    """A flipped byte is either not seen (sums are the dataset's business) or one clear error."""
    sound = write_parquet(tmp_path / "sound.parquet", [{"text": TEXT, "id": "1"}]).read_bytes()
    path = tmp_path / "a.parquet"
    messages = []
    for position in range(0, len(sound), 7):
        broken = bytearray(sound)
        broken[position] ^= 0xFF
        path.write_bytes(broken)
        try:
            read(path)
        except InputError as problem:
            messages.append(str(problem))
    assert len(messages) > 10
    assert all(message.startswith(f"{path}: ") for message in messages)


def test_parquet_strings_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    broken = pa.array([b"\xff"]).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": broken}), path)
    assert refused(path).startswith(f"{path}: not a readable Parquet file (")


# One article twice


def test_the_same_article_twice_is_read_once(tmp_path: Path) -> None:
    row = {"text": "نص", "url": "https://example.org/1"}
    first = write_lines(tmp_path / "a.jsonl", [row, row, {"text": "آخر"}])
    second = write_lines(tmp_path / "b.jsonl", [row])
    assert [article.text for article in read(first, second)] == ["نص", "آخر"]


def test_the_same_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    content = next(SEEDS.glob("000_*.txt")).read_bytes()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(content)
    assert len(list(read_articles([str(tmp_path)], load_rules()))) == 2


def test_the_same_text_without_identity_in_two_rows_is_two_articles(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{"text": "نص"}, {"text": "نص"}])
    first, second = read(path)
    assert first.text_sha256 == second.text_sha256
    assert first.doc_id != second.doc_id


@pytest.mark.parametrize("field", ["id", "url"])
def test_one_identity_with_two_texts(tmp_path: Path, field: str) -> None:
    first = write_lines(tmp_path / "a.jsonl", [{"text": "نص", field: "x"}])
    second = write_lines(tmp_path / "b.jsonl", [{"text": "آخر"}, {"text": "غيره", field: "x"}])
    assert refused(first, second) == (
        f"{second}:2: an article with the identity 'x' came before this one, with another text; "
        "give each article a url or id of its own"
    )
