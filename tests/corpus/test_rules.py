"""The cleaning rules' file: what ships, and what is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.corpus.clean import clean
from annotate.corpus.rules import CleaningRules, load_rules
from annotate.errors import RulesError
from annotate.resources import resource

OWN = """\
version: 1.0.0
link_words: 5
markers:
  - kind: related_links
    scope: links
    prefix: true
    phrases: [انظر]
boundary:
  phrases: [انظر]
post:
  patterns: ['example\\.social/\\w']
"""


def load(folder: Path, content: str | bytes) -> CleaningRules:
    path = folder / "own.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_rules(path)


def refused(folder: Path, content: str | bytes) -> str:
    """The message without the file's path."""
    with pytest.raises(RulesError) as caught:
        load(folder, content)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(folder / "own.yaml"))
    return message.removeprefix(str(folder / "own.yaml"))


def changed(old: str, new: str) -> str:
    assert OWN.count(old) == 1
    return OWN.replace(old, new)


def test_shipped_rules_load_once() -> None:
    rules = load_rules()
    assert rules is load_rules(resource("schemas", "cleaning.yaml"))
    assert {marker.kind for marker in rules.markers} == {
        *("source_line", "keywords", "related_links", "navigation", "comments", "advert"),
    }


def test_no_shipped_phrase_stands_for_two_kinds() -> None:
    kinds: dict[str, set[str]] = {}
    for marker in load_rules().markers:
        for phrase in marker.phrases:
            found = load_rules().marker(phrase)
            assert found is not None
            assert found[1]
            kinds.setdefault(phrase, set()).update((marker.kind, found[0].kind))
    assert {phrase: found for phrase, found in kinds.items() if len(found) > 1} == {}


def test_a_users_own_rules(tmp_path: Path) -> None:
    rules = load(tmp_path, OWN)
    text = "\n".join(["كلمة " * 6 + "نهاية.", "انظر", "رابط قصير", "المصدر: وكالة"])
    (article,) = clean(text, rules)
    assert article.text == "كلمة " * 6 + "نهاية."
    (article,) = clean("المصدر: وكالة", rules)
    assert article.text == "المصدر: وكالة"
    assert rules.is_post("https://example.social/a")
    assert not rules.is_post("pic.twitter.com/a")


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضا.. عنوان خبر",
        "اقرأ أيضاً - عنوان خبر",
        "اقرأ أيضاً | عنوان خبر",
        "اقرأ أيضا >>",
        "اقرأ/ي أيضا:",
        "(المصدر: رويترز)",
        "التعليقات (3)",
        "آخر تحديث: 7 ديسمبر",
        "...المزيد",
    ],
)
def test_other_ways_to_write_a_marker(line: str) -> None:
    assert load_rules().marker(line) is not None


@pytest.mark.parametrize(
    "line",
    ["المصدر: لا أستطيع أن أؤكد ذلك الآن.", "اقرأ أيضا ما كتبه غيره", "تعليقات", "3 قتلى"],
)
def test_what_only_begins_like_a_marker(line: str) -> None:
    assert load_rules().marker(line) is None


@pytest.mark.parametrize(("phrases", "what"), [("[':']", "no letter"), ("[خبر, خبر]", "twice")])
def test_a_phrase_that_cannot_work_is_refused(tmp_path: Path, phrases: str, what: str) -> None:
    text = f"version: 1.0.0\nmarkers:\n  - {{kind: advert, scope: line, phrases: {phrases}}}\n"
    with pytest.raises(RulesError, match=what):
        load(tmp_path, text)


def test_defaults_of_a_file_with_only_a_version(tmp_path: Path) -> None:
    rules = load(tmp_path, "version: 1.0.0\n")
    assert (rules.link_words, rules.headline_words, rules.paragraph_words) == (20, 20, 20)
    assert rules.marker("إعلان") is None
    assert not rules.is_post("pic.twitter.com/abc")


def test_each_post_pattern_is_for_itself(tmp_path: Path) -> None:
    """Flags, groups and references of one pattern mean nothing to the others."""
    rules = load(tmp_path, changed("['example", "['a(b)', '(?i)tweet', '(c)\\1', 'example"))
    assert [rules.is_post(line) for line in ("ab", "TWEET", "cc", "example.social/x")] == [True] * 4
    assert not rules.is_post("AB")
    assert not rules.is_post("cb")


def test_unknown_kind_of_line(tmp_path: Path) -> None:
    message = refused(tmp_path, changed("kind: related_links", "kind: related"))
    assert message.startswith(":4: markers.0.kind: input should be 'source_line', 'keywords'")


def test_unknown_scope_and_key_are_both_said(tmp_path: Path) -> None:
    content = changed("scope: links", "scope: page").replace("prefix: true", "prefixed: true")
    message = refused(tmp_path, content)
    assert message.startswith(":5: markers.0.scope: input should be 'line', 'links' or 'rest'; ")
    assert "line 6: unknown key markers.0.prefixed" in message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1.0.0\n", "", ":1: version is missing"),
        ("link_words: 5", "link_words: 0", ":2: link_words: input should be greater than or equal"),
        ("link_words: 5", "link_words: many", ":2: link_words: input should be a valid integer"),
        ("    phrases: [انظر]\n", "    phrases: []\n", ":7: markers.0.phrases: tuple should have"),
        ("    phrases: [انظر]\n", "    phrases: [' ']\n", ":7: markers.0.phrases.0: string should"),
        ("['example", "['(', 'example", ":11: post.patterns.0: value error, '(' is not a regular"),
        ("boundary:\n", "boundary:\n  after: [title]\n", ":9: boundary.after.0: input should be"),
    ],
)
def test_wrong_values(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert refused(tmp_path, changed(old, new)).startswith(message)


def test_a_key_twice(tmp_path: Path) -> None:
    assert refused(tmp_path, OWN + "markers: []\n") == ":12: key markers is there twice"


def test_no_yaml_not_utf8_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path, "version: [1\n").startswith(":2: not valid YAML: ")
    assert refused(tmp_path, b"version: \xff") == ": not UTF-8 at byte 9; save it as UTF-8"
    with pytest.raises(RulesError, match="there is no such file"):
        load_rules(tmp_path / "missing.yaml")


def words(count: int, end: str = "") -> str:
    return " ".join(["كلمة"] * count) + end


@pytest.mark.parametrize(
    ("line", "is_link"),
    [
        (words(20), True),
        (words(21), False),
        (words(3, "."), False),
        (words(3, "!"), False),
        (words(3, ".."), True),
        (words(3, "؟"), True),
        (words(3, ":"), False),
        (f"• {words(30)}", False),
        (f"• {words(3)}", True),
    ],
)
def test_what_looks_like_a_link(line: str, is_link: bool) -> None:
    assert load_rules().is_link(line) is is_link


@pytest.mark.parametrize(
    ("line", "is_paragraph"),
    [(words(20), True), (words(19, "."), False), (f"• {words(30, '.')}", False)],
)
def test_what_is_long_enough_for_a_paragraph(line: str, is_paragraph: bool) -> None:
    assert load_rules().is_paragraph(line) is is_paragraph


def test_limits_of_a_file_begin_at_one(tmp_path: Path) -> None:
    limits = ("link_words", "headline_words", "paragraph_words")
    rules = load(tmp_path, "version: 1.0.0\n" + "".join(f"{name}: 1\n" for name in limits))
    assert [getattr(rules, name) for name in limits] == [1, 1, 1]
    assert rules.is_link("كلمة")
    assert not rules.is_link("كلمة كلمة")
