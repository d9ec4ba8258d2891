"""How texts are split: as they were when they were first pushed, else by the settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.corpus.article import Article
from annotate.errors import WorkspaceError
from annotate.labeling.ledger import Ledger
from annotate.labeling.parts import Part, split

_Parts = dict[int, Part]


@dataclass(frozen=True, slots=True)
class Layouts:
    """The parts of each text that has tasks, those deleted on the server included.

    Attributes:
        here: of the tasks of one project: (doc_id, text_sha256) -> parts by number.
        elsewhere: of all other projects; an article in several of them has the same parts in all.
    """

    here: Mapping[tuple[str, str], _Parts]
    elsewhere: Mapping[tuple[str, str], _Parts]

    def parts(self, article: Article, max_words: int) -> tuple[Part, ...]:
        """All parts of an article's text, in order.

        Raises:
            WorkspaceError: some parts are tasks, and what the others were is not known any more.
        """
        key = (article.doc_id, article.text_sha256)
        known = self.here.get(key)
        for layout in (known, self.elsewhere.get(key)):
            if layout and _is_whole(layout) and (known or {}).items() <= layout.items():
                return tuple(layout[number] for number in sorted(layout))
        made = split(article.text, max_words)
        if known and not known.items() <= {part.number: part for part in made}.items():
            raise WorkspaceError(
                f"some parts of article {article.doc_id} are tasks, and the others cannot be made "
                "again as they were",
                fix="restore the ledger from a backup, set project.max_words as it was, or push "
                "to a project with another title",
            )
        return made


def _is_whole(layout: _Parts) -> bool:
    return len(layout) == next(iter(layout.values())).count


def layouts(ledger: Ledger, server: str, project_id: int | None) -> Layouts:
    """The parts that the ledger knows, of all texts that were ever pushed."""
    here: dict[tuple[str, str], _Parts] = defaultdict(dict)
    elsewhere: dict[tuple[str, str], _Parts] = defaultdict(dict)
    rows = ledger.database.execute(
        "SELECT server = ? AND project_id = ?, doc_id, text_sha256, part, parts, start, end"
        " FROM tasks ORDER BY rowid",
        (server, project_id),
    )
    for is_here, doc_id, sha256, *numbers in rows:
        part = Part(*numbers)
        layout = (here if is_here else elsewhere)[doc_id, sha256]
        if all(other.count == part.count for other in layout.values()):
            layout.setdefault(part.number, part)
    return Layouts(dict(here), dict(elsewhere))
