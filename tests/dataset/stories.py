"""Articles of the seeds and their reposts: what another outlet makes of a story."""

from __future__ import annotations

import random
from collections.abc import Sequence

from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.dataset.rows import Chosen, Split
from annotate.spans import Annotation
from tests.support import SEEDS

SEED_TEXTS = [article.text for article in read_articles([str(SEEDS / "*.txt")], load_rules())]
LONG = [text for text in SEED_TEXTS if len(text.split()) > 150]
HEADLINES = (
    "عاجل: تفاصيل جديدة عن الحادث يكشفها شهود عيان لمراسلنا",
    "القصة الكاملة كما رواها مصدر مطلع فضل عدم ذكر اسمه",
    "في تطور لافت هذا ما حدث خلال الساعات القليلة الماضية",
)
BOILERPLATE = "تابعوا آخر الأخبار عبر صفحتنا في فيسبوك وتويتر واشتركوا في نشرتنا البريدية اليومية"


def item(doc_id: str, text: str, *, group_id: str | None = None, split: Split = "train") -> Chosen:
    """An article without spans."""
    article = Article(doc_id, text)
    return Chosen(
        article,
        Annotation(text_sha256=article.text_sha256, ontology_version="1.0.0"),
        "gold",
        ("anna",),
        group_id=group_id,
        split=split,
    )


def doc_id(number: int) -> str:
    return f"{number:016x}"


def invented(story: int, length: int = 120) -> list[str]:
    """Words that no other story has."""
    return [f"كلمة{story}ب{number}" for number in range(length)]


def repost(text: str, chance: random.Random) -> str:
    """The text edited in one of the ways of reposts, or in several."""
    words = text.split(" ")
    ways = chance.sample(("edited", "cut", "headline", "boilerplate"), chance.randint(1, 3))
    if "edited" in ways:
        for _ in range(len(words) // 25):
            words[chance.randrange(len(words))] = f"بدل{chance.randrange(10**6)}"
    if "cut" in ways:
        words = words[: int(len(words) * chance.uniform(0.7, 1))]
    found = " ".join(words)
    if "headline" in ways:
        first, _, rest = found.partition("\n")
        found = f"{chance.choice(HEADLINES)}\n{rest or first}"
    if "boilerplate" in ways:
        found = f"{found}\n{BOILERPLATE}"
    return found


def reposts(count: int, seed: int, texts: Sequence[str] = LONG) -> list[tuple[int, str]]:
    """(story, text): every story as it is, then reposts of it, in random order."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    found = [(story, text) for story, text in enumerate(texts)]
    for number in range(count):
        story = number % len(texts)
        found.append((story, repost(texts[story], chance)))
    chance.shuffle(found)
    return found
