"""Story groups: what falls together, what does not, and what stays."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic import likeness
from annotate.arabic.likeness import SIGNATURE_BYTES, signature
from annotate.arabic.normalize import search_text
from annotate.corpus import duplicates
from annotate.corpus.duplicates import Assigned, Groups
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from tests.support import PROPERTY, SEEDS

TEXTS = [article.text for article in read_articles([str(SEEDS / "*.txt")], load_rules())]
LONG = [text for text in TEXTS if len(text.split()) > 150]
BOILERPLATE = "تابعوا آخر الأخبار عبر صفحتنا في فيسبوك وتويتر واشتركوا في نشرتنا البريدية اليومية"
letters = st.text("ابتسأإةى دَ\u0640é1.،_#\n\u200f", max_size=60) | st.text(
    st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=30
)


def triples(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", search_text(text))
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def estimate(one: bytes, other: bytes) -> float:
    a, b = (np.frombuffer(found, "<u4")[1:] for found in (one, other))
    return float((a == b).mean())


def invented(seed: int, length: int) -> list[str]:
    """Words that no other seed has."""
    return [f"كلمة{seed}ب{number}" for number in range(length)]


def group(texts: list[str], groups: Groups | None = None) -> list[Assigned]:
    groups = groups or Groups()
    return [groups.assign(f"d{number}", text) for number, text in enumerate(texts)]


def together(one: str, other: str) -> bool:
    first, second = group([one, other])
    return first.group_id == second.group_id


# The signature


def test_a_signature_is_the_same_for_ever() -> None:
    """Written down, for a ledger outlives the release that wrote it, and versions of libraries."""
    found = signature("أعلنت فصائل المعارضة سيطرتها على دمشق")
    assert len(found) == SIGNATURE_BYTES == 516
    assert found[:4] == (4).to_bytes(4, "little")
    assert found[4:24].hex() == "cda2413c13ee666d88b882a933e91f200ab16207"
    assert signature("")[:8] == signature(" ،!\n")[:8] == bytes(4) + b"\xff" * 4


def plain(text: str) -> tuple[int, list[int]]:
    """Triples and least values, letter by letter, as the layout says."""
    wide = 1 << 64
    words = []
    for word in re.findall(r"[^\W_]+", search_text(text)):
        powers = (pow(likeness._BASE, power, wide) for power in range(1, len(word) + 1))
        words.append(sum(map(int.__mul__, map(ord, word), powers)) % wide >> 32)
    words += [0] * (3 - len(words)) if words else []
    factors = likeness._drawn(b"triples", "<u8", 3).tolist()
    found = {
        sum(map(int.__mul__, factors, words[start : start + 3])) % wide >> 32
        for start in range(len(words) - 2)
    }
    minhash = MinHash(128, permutations=likeness._permutations(), scheme="affine32", hashfunc=int)
    minhash.update_batch(found)
    return len(found), minhash.hashvalues.tolist()


@PROPERTY
@given(letters)
def test_a_signature_is_what_its_layout_says(text: str) -> None:
    count, *least = np.frombuffer(signature(text), "<u4").tolist()
    assert (count, least) == plain(text)


@pytest.mark.parametrize(
    "other",
    [
        "اعلنت فصائل المعارضه سيطرتها علي دمشق اليوم",
        "أَعْلَنَتْ فصائِلُ المُعارَضةِ سيطرتَها على دِمَشْقَ اليومَ",
        "أعلنت «فصائل المعارضة»:\nسيطرتها  على_دمشق، اليوم!",
        "#أعلنت_فصائل المعارضـــة سيطرتها على\u200f دمشق 😀 اليوم",
    ],
)
def test_spelling_and_punctuation_do_not_count(other: str) -> None:
    assert signature(other) == signature("أعلنت فصائل المعارضة سيطرتها على دمشق اليوم")


def test_digits_do_not_depend_on_their_script() -> None:
    assert (
        signature("قتل ١٢ شخصا أمس") == signature("قتل 12 شخصا أمس") != signature("قتل 13 شخصا أمس")
    )


@PROPERTY
@given(letters)
def test_words_are_those_of_the_search_form(text: str) -> None:
    words = re.findall(r"[^\W_]+", search_text(text))
    hashes = likeness._words(text).tolist()
    assert len(hashes) == len(words)
    assert len(set(hashes)) == len(set(words))
    assert dict(zip(words, hashes, strict=True)) == {
        word: likeness._words(word).tolist()[0] for word in words
    }


@PROPERTY
@given(letters)
def test_the_number_of_triples(text: str) -> None:
    count = int.from_bytes(signature(text)[:4], "little")
    words = re.findall(r"[^\W_]+", search_text(text))
    assert count == (len(triples(text)) if len(words) >= 3 else min(len(words), 1))


def test_long_texts_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = signature(LONG[0])
    monkeypatch.setattr(likeness, "_BLOCK", 7)
    assert signature(LONG[0]) == at_once


@pytest.mark.parametrize("shared", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_equal_values_estimate_the_jaccard_index(shared: float) -> None:
    """Mean of 40 pairs; its standard deviation is at most 0.5 / sqrt(128 * 40) = 0.007."""
    found = []
    for number in range(40):
        common = invented(number, int(400 * shared))
        one = common + invented(1000 + number, 400 - len(common))
        other = common + invented(2000 + number, 400 - len(common))
        texts = " ".join(one), " ".join(other)
        a, b = (triples(text) for text in texts)
        exact = len(a & b) / len(a | b)
        found.append(estimate(*map(signature, texts)) - exact)
    assert abs(sum(found) / len(found)) < 0.03


# Reposts


def edited(text: str) -> str:
    """Every fifteenth word is another one."""
    words = text.split(" ")
    words[::15] = ["كذلك"] * len(words[::15])
    return " ".join(words)


def reposts(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    words = text.split(" ")
    yield "headline", "\n".join(["عاجل: تطورات ميدانية متسارعة وبيان جديد اليوم", *lines[1:]])
    yield "boilerplate", f"{BOILERPLATE}\n{text}\n{BOILERPLATE}"
    yield "one line", " ".join(lines)
    yield "spelling", text.translate(str.maketrans("أإآةى", "اااهي"))
    yield "cut", " ".join(words[: len(words) // 2])
    yield "the end only", " ".join(words[len(words) * 6 // 10 :])
    yield "edited", edited(text)
    yield "in a longer story", f"{' '.join(invented(7, len(words)))}\n{text}"


REPOSTS = [
    pytest.param(text, other, id=f"{number}-{kind}")
    for number, text in enumerate(LONG)
    for kind, other in reposts(text)
]


@pytest.mark.parametrize(("text", "other"), REPOSTS)
def test_a_repost_joins_its_story(text: str, other: str) -> None:
    assert other != text
    assert together(text, other)
    assert together(other, text)


def test_the_seeds_are_stories_of_their_own() -> None:
    assert len({found.group_id for found in group(TEXTS)}) == len(TEXTS) >= 5


def test_quotations_and_boilerplate_group_nothing() -> None:
    one, other = (" ".join(invented(number, 200)) for number in (1, 2))
    assert not together(f"{BOILERPLATE}\n{one}\n{BOILERPLATE}", f"{BOILERPLATE}\n{other}")
    assert not together(one, f"{' '.join(one.split()[:40])} {other}")


def test_short_texts() -> None:
    assert together("عاجل", "عاجل!")
    assert together("بيان عاجل", "بيان، عاجل")
    assert not together("عاجل", "بيان")
    assert not together("بيان عاجل", "عاجل بيان")


def test_texts_without_words_are_near_to_nothing() -> None:
    assert not together("", "")
    assert not together("!", "،")


# Groups


def test_the_group_is_called_after_its_first_article() -> None:
    text = LONG[0]
    first, second, other = group([text, edited(text), LONG[1]])
    assert (first.group_id, second.group_id, other.group_id) == ("d0", "d0", "d2")
    assert first.signature == signature(text)
    assert first.bridges == second.bridges == other.bridges == ()


def test_one_that_is_near_to_a_member_joins_too() -> None:
    """The third shares little with the first, but would leak through the second."""
    words = invented(0, 600)
    first, second, third = (" ".join(words[start : start + 300]) for start in (0, 110, 220))
    assert [one.group_id for one in group([first, second, third])] == ["d0", "d0", "d0"]
    assert not together(first, third)


def test_an_article_between_two_groups_joins_the_earlier_and_merges_nothing() -> None:
    one, other = " ".join(invented(1, 200)), " ".join(invented(2, 200))
    groups = Groups()
    found = group([one, other, f"{other} {one}", other], groups)
    assert [a.group_id for a in found] == ["d0", "d1", "d0", "d1"]
    assert [a.bridges for a in found] == [(), (), ("d1",), ("d0",)]
    assert groups.assign("d1", one).group_id == "d1"


def test_a_known_article_stays_whatever_its_text_is_now() -> None:
    groups = Groups()
    first = groups.assign("a", LONG[0])
    groups.assign("b", LONG[1])
    assert groups.assign("a", LONG[1]) == first


def corpus(count: int) -> list[str]:
    """Stories, each with a few copies that differ, in random order."""
    chosen = random.Random(5)  # noqa: S311 - no secret
    texts = []
    for number in range(count):
        words = invented(number // 3, 120)
        for _ in range(chosen.randint(0, 15)):
            words[chosen.randrange(120)] = f"بدل{chosen.randrange(10**6)}"
        texts.append(" ".join(words))
    chosen.shuffle(texts)
    return texts


@pytest.mark.parametrize("fresh", [1, 7, 10**6])
def test_going_on_from_the_ledger_is_as_if_nothing_had_ended(
    fresh: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = corpus(150)
    at_once = group(texts)
    assert 30 < len({one.group_id for one in at_once}) < 80
    monkeypatch.setattr(duplicates, "_FRESH", fresh)
    assert group(texts) == at_once
    known = [(f"d{n}", one.group_id, one.signature) for n, one in enumerate(at_once[:90])]
    later = Groups(known)
    rest = [later.assign(f"d{n}", text) for n, text in enumerate(texts) if n >= 90]
    assert rest == at_once[90:]
    assert [later.assign(doc_id, "").group_id for doc_id, _, _ in known] == [g for _, g, _ in known]


def test_no_pair_is_missed_for_lack_of_a_band() -> None:
    """Against all pairs; at these estimates a pair without any equal band is one in 10 ** 5."""
    texts = corpus(90)
    signatures = [signature(text) for text in texts]
    found = group(texts)
    for number, one in enumerate(found):
        near = [n for n in range(number) if estimate(signatures[n], signatures[number]) > 0.4]
        assert {found[n].group_id for n in near} <= {one.group_id, *one.bridges}


def test_a_damaged_signature_is_refused() -> None:
    with pytest.raises(ValueError, match="516 bytes"):
        Groups([("a", "a", b"123")])
