"""What `annotate learn` learns from, as examples: files, dataset versions, or what was pulled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.annotation_files import read_annotations
from annotate.cli.corpus import check_spans
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import CleaningRules, load_rules
from annotate.errors import InputError
from annotate.labeling.ledger import Ledger
from annotate.learning.examples import Example
from annotate.ontology import Ontology
from annotate.settings import Settings
from annotate.spans import Annotation, problems


@dataclass(frozen=True, slots=True)
class Data:
    """Examples, where they are from, and how many were left out as a test article is near."""

    examples: tuple[Example, ...]
    sources: tuple[str, ...]
    near: int = 0


_ABOUT = ["doc_id", "status", "prelabelled", "group_id"]


def read_data(
    settings: Settings,
    ontology: Ontology,
    paths: Sequence[Path],
    tests: Sequence[Path],
    texts: Sequence[str],
) -> Data:
    """The examples of files in the annotation format and of dataset versions; else the history's.

    Args:
        paths: files, folders of versions or datasets, or NAME@VERSION.
        tests: the same, as test data.
        texts: sources of the articles, where annotations lack their texts.

    Raises:
        InputError: there is none, one does not hold over its text, or a text is annotated twice.
    """
    found: list[Example] = []
    for path in (*paths, *tests):
        named = not path.exists() and "@" in path.name  # NAME@VERSION
        if not named and not path.exists():
            raise InputError("there is no such file, folder or dataset version", where=str(path))
        is_version = named or path.is_dir()
        here = _version(path) if is_version else _file(path, settings, ontology, texts)
        is_test = path in tests
        found += [replace(example, test=is_test or example.test) for example in here]
    names = [path.name for path in (*paths, *tests)]
    if not paths:
        found += _pulled(settings, ontology)
        names.append("what was pulled")
    _check(found, ontology)
    if not any(not example.test for example in found):
        raise InputError("there is nothing to learn from", fix="name annotation files")
    grouped = _grouped(found)
    return Data(tuple(grouped), tuple(names), len(found) - len(grouped))


def _file(
    path: Path, settings: Settings, ontology: Ontology, texts: Sequence[str]
) -> Iterator[Example]:
    rules = load_rules(settings.corpus.cleaning)
    sources = tuple(texts) or settings.corpus.sources
    known: dict[str, str] | None = None
    for gold in read_annotations(path, ontology):
        check_spans(gold, path)
        text = gold.text
        if text is None:
            if known is None:
                known = _texts(sources, rules, path)
            text = known.get(gold.text_sha256)
        if text is None:
            raise InputError(
                f"the text {gold.text_sha256[:12]}… is missing",
                where=str(path),
                fix="say where the articles are: --texts SOURCE",
            )
        corrected = True if any(span.decision for span in gold.spans) else None
        yield Example(gold.doc_id or gold.text_sha256[:16], text, gold, "", corrected)


def _texts(sources: Sequence[str], rules: CleaningRules, path: Path) -> dict[str, str]:
    """SHA-256 of a text -> the text, of the articles that the annotations of a file lack."""
    try:
        articles = read_articles(sources, rules) if sources else ()
        return {article.text_sha256: article.text for article in articles}
    except InputError as problem:
        raise InputError(
            f"the annotations hold no texts, and the articles are not there: {problem.where}: "
            f"{problem.what}",
            where=str(path),
            fix="say where the articles are: --texts SOURCE",
        ) from None


def _version(path: Path) -> Iterator[Example]:
    """The articles of a dataset version that people annotated; its test split is test data."""
    import pyarrow.parquet as pq

    from annotate.dataset.convert.reading import data_files, read_documents
    from annotate.dataset.reference import version_at

    for split, files in data_files(version_at(path)).items():
        about = {
            row["doc_id"]: row
            for file in files
            for row in pq.read_table(file, columns=_ABOUT).to_pylist()
        }
        for document, _ in read_documents(files):
            row = about[document.doc_id]
            if row["status"] != "silver":
                yield Example(
                    *(document.doc_id, document.text, document.annotation, row["group_id"]),
                    corrected=row["prelabelled"],
                    test=split == "test",
                )


def _pulled(settings: Settings, ontology: Ontology) -> Iterator[Example]:
    """The best annotation of each article of the campaign, as a dataset would have it."""
    from annotate.cli.content import pulled_content

    with Ledger(settings.workspace.ledger) as ledger:
        for item in pulled_content(settings, ledger, ontology).chosen:
            if item.status != "silver":
                article = item.article
                group = item.group_id or article.doc_id
                test = item.split == "test"
                yield Example(
                    *(article.doc_id, article.text, item.annotation, group),
                    corrected=item.prelabelled,
                    test=test,
                )


def _check(examples: Iterable[Example], ontology: Ontology) -> None:
    seen: set[str] = set()
    for example in examples:
        name = example.gold.text_sha256
        if name in seen:
            raise InputError("two annotations are of one text", where=f"{name[:12]}…")
        seen.add(name)
        wrong = _problem(example.gold, example.text, ontology)
        if wrong:
            raise InputError(wrong, where=f"{name[:12]}…")


def _problem(gold: Annotation, text: str, ontology: Ontology) -> str | None:
    found = problems(gold, text, ontology)
    return f"{found[0].item}: {found[0].reason}" if found else None


def _grouped(examples: Sequence[Example]) -> list[Example]:
    """Examples with their story groups, found anew where they are of no dataset or campaign.

    What tells the story of a test article is neither learned from nor tested: it is left out.
    """
    from annotate.corpus.duplicates import Groups

    groups = Groups()
    near = [
        groups.assign(f"{example.doc_id} {example.gold.text_sha256}", example.text).group_id
        for example in examples
    ]
    tested = {
        name
        for example, group in zip(examples, near, strict=True)
        for name in (example.group, group)
        if example.test and name
    }
    return [
        replace(example, group=example.group or group)
        for example, group in zip(examples, near, strict=True)
        if example.test or not {example.group, group} & tested
    ]
