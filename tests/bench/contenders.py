"""Who takes part in the comparison: the heuristics, and peers that look the same words up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotate import load_ontology, preannotate
from annotate.heuristics.lexicon import FILES, Node, read_lexicon
from annotate.heuristics.sections import read_sections
from annotate.heuristics.triggers import read_triggers
from annotate.resources import resource

Run = Callable[[Sequence[str]], int]
OURS = "annotate"
RULER = "spaCy EntityRuler"
RULER_OF_NAMES = "spaCy EntityRuler, entity lists only"
PHRASES = "spaCy PhraseMatcher"
SCAN = "Aho-Corasick scan"
PEERS = (RULER, PHRASES, RULER_OF_NAMES, SCAN)


@dataclass(frozen=True, slots=True)
class Contender:
    """What takes texts and counts what it found; `setup`: CPU seconds to get ready."""

    name: str
    setup: float
    run: Run


def patterns() -> list[str]:
    """Everything that our lexicons hold, as strings, each once.

    The entries as they are written and in search form, all forms that conjugation makes of them,
    the phrases, the table of trigger forms, and the triggers of two words.
    """
    folder = resource("schemas", "lexicon")
    lexicon = read_lexicon(folder)
    triggers = read_triggers(folder, lexicon.classes, load_ontology().entity_codes)
    found = dict.fromkeys((*lexicon.words, *triggers.forms, *_phrases(lexicon.phrases, ())))
    for phrases in triggers.phrases.values():
        found.update(dict.fromkeys(f"{phrase.first} {phrase.second}" for phrase in phrases))
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "triggers.yaml":  # conjugated above
            continue
        for section, entries in read_sections(path, None).items():
            if (path.name, section) != ("words.yaml", "verbs"):  # these too
                found.update(dict.fromkeys(entry.text for entry in entries))
    return list(found)


def entity_patterns() -> list[str]:
    """The entries of the lists from which entities are made, as they are written."""
    folder = resource("schemas", "lexicon")
    read = (read_sections(folder / f"{name}.yaml", None) for name in FILES)
    return list(dict.fromkeys(e.text for sections in read for es in sections.values() for e in es))


def _phrases(node: Node, before: tuple[str, ...]) -> Iterator[str]:
    for word, following in node.next.items():
        if following.tags:
            yield " ".join((*before, word))
        yield from _phrases(following, (*before, word))


def contenders() -> list[Contender]:
    """All of them, ready: each has seen one word."""
    import ahocorasick_rs  # noqa: F401 - set-up does not count imports
    import spacy.matcher  # noqa: F401

    strings = patterns()
    made: tuple[tuple[str, Callable[[list[str]], Run], list[str]], ...] = (
        (OURS, _ours, []),
        (RULER, _ruler, strings),
        (PHRASES, _phrase_matcher, strings),
        (RULER_OF_NAMES, _ruler, entity_patterns()),
        (SCAN, _scan, strings),
    )
    ready = []
    for name, make, given in made:
        start = time.process_time()
        run = make(given)
        run(["تجربة"])
        ready.append(Contender(name, time.process_time() - start, run))
    return ready


def _ours(_: list[str]) -> Run:
    return lambda texts: sum(len(found.spans) for found in preannotate(texts))


def _ruler(strings: list[str]) -> Run:
    import spacy

    nlp: Any = spacy.blank("ar")
    nlp.max_length = 10**9
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "X", "pattern": string} for string in strings])
    return lambda texts: sum(len(doc.ents) for doc in nlp.pipe(texts))  # faster than one by one


def _phrase_matcher(strings: list[str]) -> Run:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp: Any = spacy.blank("ar")
    nlp.max_length = 10**9
    matcher: Any = PhraseMatcher(nlp.vocab)
    matcher.add("X", list(nlp.tokenizer.pipe(strings)))
    return lambda texts: sum(len(matcher(doc)) for doc in nlp.tokenizer.pipe(texts))


def _scan(strings: list[str]) -> Run:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

    automaton: Any = AhoCorasick(
        strings,
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.ContiguousNFA,  # the fastest of its three here
    )
    return lambda texts: sum(len(automaton.find_matches_as_indexes(text)) for text in texts)
