"""Entries that give root and form: what they derive, what they must not contradict, and errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import RulesError
from annotate.heuristics.build_forms import rows
from annotate.heuristics.derive import Verb
from annotate.heuristics.forms import NO_EVENT
from annotate.heuristics.lexicon import read_lexicon
from annotate.heuristics.roots import Derived, Source, Voice, read_source, resolved
from annotate.heuristics.sections import Entry, read_sections, search_phrase
from annotate.heuristics.triggers import read_triggers
from annotate.ontology import load_ontology
from annotate.resources import resource

LEXICON = resource("schemas", "lexicon")
CODES = load_ontology().entity_codes
PRINCIPAL_PARTS = Path(__file__).parent.parent / "data" / "principal_parts.tsv"
# Verbs of words.yaml that stand in one form, have lost a letter, or mix the voices.
IRREGULAR = {
    *("تقع تقع", "يأتي يأتي", "يجب يجب", "يحظى يحظى", "يعد يعد", "يمكن يمكن"),
    *("ينبغي ينبغي", "يوجد يوجد", "رأى يرى", "سمى يسمى"),
}


def written_by_hand() -> dict[str, str]:
    """Principal parts -> root and form."""
    lines = PRINCIPAL_PARTS.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {parts: source for source, parts in rows}


def test_what_was_written_by_hand_is_derived() -> None:
    known = written_by_hand()
    assert len(known) > 390
    for parts, text in known.items():
        entry, source = resolved("verb", Entry(text, "", 1), LEXICON)
        assert entry.text == parts
        assert source == read_source(text, "")


def test_every_verb_of_the_lexicons_has_a_root_or_is_known_to_be_irregular() -> None:
    known = written_by_hand()
    triggers = [row for row in rows(LEXICON) if row.kind == "verb" and row.event != NO_EVENT]
    assert len(triggers) > 200
    for row in triggers:
        text = known[row.entry]
        source = read_source(text, "")
        assert (row.root, row.form) == (source.root, source.form)
    words = [" ".join(e.text.split()) for e in read_sections(LEXICON / "words.yaml", None)["verbs"]]
    assert {verb for verb in words if verb not in known} == IRREGULAR


def test_nouns_and_participles_hold_what_is_strong_in_their_root() -> None:
    """Verbal nouns of form I are given: at least they are of their root."""
    rooted = [row for row in rows(LEXICON) if row.root and row.kind != "verb"]
    assert len(rooted) > 250
    for row in rooted:
        rest = iter(search_phrase(row.lemma))
        strong = [letter for letter in dict.fromkeys(row.root) if letter not in "أوي"]
        joined = row.form == "VIII" and row.root[0] in "صضطظدذز"
        assert joined or all(letter in rest for letter in strong), row


@pytest.mark.parametrize(
    ("text", "verb", "voice"),
    [
        ("هجم III", Verb("هجم", "III"), "active"),
        ("ه ج م III", Verb("هجم", "III"), "active"),
        ("أخذ I a-u", Verb("ءخذ", "I", "a-u"), "active"),
        ("سئم I i-a", Verb("سءم", "I", "i-a"), "active"),
        ("قتل I", Verb("قتل", "I"), "active"),
        ("صوب IV passive", Verb("صوب", "IV"), "passive"),
        ("قول I a-u both", Verb("قول", "I", "a-u"), "both"),
        ("سيطر QI", Verb("سيطر", "QI"), "active"),
    ],
)
def test_sources(text: str, verb: Verb, voice: Voice) -> None:
    source = read_source(text, "")
    assert source == Source(verb, voice)
    assert read_source(f"{source.root} {source.form} {'' if voice == 'active' else voice}", "") == (
        source
    )


@pytest.mark.parametrize(
    ("kind", "text", "root", "result"),
    [
        ("verb", "هجم III", "", "هاجم يهاجم"),
        ("verb", "هاجم", "هجم III", "هاجم يهاجم"),
        ("verb", "شنّ", "شنن I", "شن يشن"),
        ("verb", "أصيب", "صوب IV passive", "أصيب يصاب"),
        ("verb", "قول I a-u both", "", "قال يقول قيل يقال"),
        ("verb", "رأى يرى", "رأي I a-a", "رأى يرى"),
        ("verb", "استحوذ يستحوذ", "حوذ X", "استحوذ يستحوذ"),
        ("verb", "دك يدك", "", "دك يدك"),
        ("noun", "قحم VIII", "", "اقتحام"),
        ("noun", "قتل III", "", "مقاتلة"),
        ("noun", "قتال", "قتل III", "قتال"),
        ("noun", "تظاهرتين", "ظهر VI", "تظاهرتين"),
        ("noun", "إجلاؤ", "جلو IV", "إجلاؤ"),
        ("noun", "هجوم", "هجم I", "هجوم"),
        ("noun", "غارة", "", "غارة"),
        ("participle", "نفي I a-i", "", "نافي"),
        ("participle", "ناف", "نفي I a-i", "نافي"),
        ("participle", "صوب IV passive", "", "مصاب"),
        ("participle", "محاصر", "حصر III passive", "محاصر"),
    ],
)
def test_what_entries_give(kind: Derived, text: str, root: str, result: str) -> None:
    entry, source = resolved(kind, Entry(text, search_phrase(text), 7, root), LEXICON)
    assert (entry.text, entry.form) == (result, search_phrase(result))
    assert (source is not None) == bool(root or "I" in text or "V" in text)


FORMS_OF_ALL = "use one of I, II, III, IV, V, VI, VII, VIII, IX, X, QI, QII"


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("هجم XI", f"unknown form 'XI'; {FORMS_OF_ALL}"),
        ("هاجم: هجم", f"'هجم' lacks a form; {FORMS_OF_ALL}"),
        ("هجم 3", "unknown form '3'"),
        ("سيطر II", "the root 'سيطر' has 4 radicals; form II has 3"),
        ("شن I a-u", "the root 'شن' has 2 radicals; form I has 3"),
        ("هجم QI", "the root 'هجم' has 3 radicals; form QI has 4"),
        ("قال I a-u", "'ا' in 'قال' is no radical; write أ for a hamza"),
        ("شنّ I a-u", "'ّ' in 'شنّ' is no radical"),
        ("حياة II", "'ا' in 'حياة' is no radical"),
        ("قول I", "form I of قول is spelled after its vowels; write those of past and present"),
        ("قول I a-e", "unknown vowels 'a-e'; use one of a-u, a-i, a-a, i-a, i-i, u-u"),
        ("هجم III a-u", "'a-u' says nothing of form III; after the form may stand passive or both"),
        ("هجم III twice", "'twice' says nothing of form III"),
        ("هاجم: هجم II", "هجم II gives هجم, not هاجم; correct root and form, or write its past"),
        ("هاجم يهاجم: هجم III both", "past and present, then those of the passive, were expected"),
        ("{هاجم: هجم III, قاتل: قتل III}", "an entry is one word with its root and form"),
        ("هاجم: [هجم III]", "an entry is one word with its root and form; write 'word: root form'"),
        ("هاجم: ''", "an entry is one word with its root and form"),
        ("'': هجم III", "an entry is empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, entry: str, what: str) -> None:
    path = tmp_path / "triggers.yaml"
    path.write_text(f"STRIKE:\n  - when: [not topic sport]\n    verbs:\n      - {entry}\n", "utf-8")
    with pytest.raises(RulesError) as caught:
        read_triggers(tmp_path, (), CODES)
    assert caught.value.where == f"{path}:4"
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("listed", "what"),
    [
        (
            "nouns: [اقتحام: قحم VII]",
            "قحم VII gives انقحام, not اقتحام; correct root and form, or l",
        ),
        ("nouns: [هجم I a-u]", "no rule gives the verbal noun of هجم I a-u; write the noun and a"),
        ("participles: [مصيب: صوب IV passive]", "صوب IV gives مصاب, not مصيب"),
        ("people: [مصاب: صوب IV passive]", "an entry is a word, not a mapping"),
        ("words: [أغار: غور IV]", "an entry is a word, not a mapping"),
    ],
)
def test_other_lists(tmp_path: Path, listed: str, what: str) -> None:
    path = tmp_path / "triggers.yaml"
    path.write_text(f"STRIKE:\n  - {listed}\n", "utf-8")
    with pytest.raises(RulesError) as caught:
        read_triggers(tmp_path, (), CODES)
    assert caught.value.where == f"{path}:2"
    assert what in str(caught.value)


def test_two_verbs_of_one_spelling_are_told_apart(tmp_path: Path) -> None:
    text = "STRIKE:\n  - verbs: [وقع: وقع I a-a, وقع: وقع II]\n"
    (tmp_path / "triggers.yaml").write_text(text, "utf-8")
    found = read_triggers(tmp_path, (), CODES).forms
    assert [(sense.root, sense.form) for sense in found["وقعت"]] == [
        ("وقع", "I a-a"),
        ("وقع", "II"),
    ]
    assert [sense.form for sense in found["يوقع"]] == ["II"]


@pytest.mark.slow
def test_other_verbs_may_give_a_root_too(tmp_path: Path) -> None:
    for file in LEXICON.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    path = tmp_path / "words.yaml"
    path.write_text(path.read_text("utf-8").replace("كان يكون", "كون I a-u", 1), "utf-8")
    assert read_lexicon(tmp_path).words == read_lexicon(LEXICON).words
    path.write_text(path.read_text("utf-8").replace("كون I a-u", "كون I", 1), "utf-8")
    with pytest.raises(RulesError, match="form I of كون is spelled after its vowels") as caught:
        read_lexicon(tmp_path)
    assert str(caught.value).startswith(f"{path}:")
