"""In which order articles are worth annotating: what the tagger knows least, or what is new."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Sequence

from annotate.corpus.article import Article
from annotate.errors import InputError
from annotate.heuristics.document import read_document
from annotate.heuristics.pipeline import Heuristics, findings


def uncertain(articles: Sequence[Article], heuristics: Heuristics) -> list[str]:
    """Ids of articles, those first of which the tagger is least sure.

    An article's uncertainty is the mean over its words of 1 - p, where p is the marginal
    probability of the tag that the tagger gives, of the less sure layer: least confidence,
    normalised by length (Settles and Craven 2008, An analysis of active learning strategies for
    sequence labeling tasks, sections 3.1 and 4).

    Raises:
        InputError: there is no tagger.
    """
    if heuristics.learned is None or heuristics.learned.tagger is None:
        raise InputError(
            "there is no tagger that could be unsure", fix="train one first: annotate learn"
        )
    found = [(-_uncertainty(article, heuristics), article.doc_id) for article in articles]
    return [doc_id for _, doc_id in sorted(found)]


def _uncertainty(article: Article, heuristics: Heuristics) -> float:
    tagging = findings(article.text, heuristics).tagging
    if tagging is None:
        return 0.0
    return max(
        (1 - sum(sure) / len(sure) for sure in tagging.certainty.values() if sure), default=0.0
    )


def diverse(articles: Sequence[Article], heuristics: Heuristics) -> list[str]:
    """Ids of articles, each chosen for the words that those before it have too little of.

    Greedy choice by the gain of sum over words of sqrt(how often it stands in what is chosen), for
    each word that has to be read: a submodular function, for which greedy is near the best (Lin
    and Bilmes 2011, A class of submodular functions for document summarization, section 3). A gain
    only shrinks, so that an article is looked at again only when it comes to the top.
    """
    bags = {article.doc_id: _bag(article, heuristics) for article in articles}
    chosen: Counter[str] = Counter()
    queue = [(-_gain(bag, chosen), doc_id) for doc_id, bag in bags.items()]
    heapq.heapify(queue)
    order: list[str] = []
    while queue:
        _, doc_id = heapq.heappop(queue)
        now = (-_gain(bags[doc_id], chosen), doc_id)
        if queue and now > queue[0]:
            heapq.heappush(queue, now)
            continue
        order.append(doc_id)
        chosen.update(bags[doc_id])
    return order


def _bag(article: Article, heuristics: Heuristics) -> Counter[str]:
    document = read_document(article.text, heuristics.analyse)
    words = document.info[: len(document)]
    return Counter(word.stem or word.form for word in words if word.kind != "symbol")


def _gain(bag: Counter[str], chosen: Counter[str]) -> float:
    total = bag.total()
    if not total:
        return 0.0
    gained = (math.sqrt(chosen[w] + count) - math.sqrt(chosen[w]) for w, count in bag.items())
    return sum(gained) / total
