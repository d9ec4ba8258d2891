"""What annotators do in the real editor, in a real browser, as the pulled history has it."""

from __future__ import annotations

from functools import partial

import pytest
from selenium.webdriver import Keys

from annotate.corpus.article import Article
from annotate.labeling.entry import Entry
from annotate.labeling.interface_style import FACES
from annotate.ontology import Ontology
from annotate.spans import Annotation, Relation, Span
from tests.browser import Annotator
from tests.conftest import Live
from tests.contrast import contrast, over, rgb
from tests.labeling.bench import Bench
from tests.labeling.builders import SENTENCE, article, predicted
from tests.labeling.conftest import PasswordOf

pytestmark = [pytest.mark.server, pytest.mark.browser]

GLUED = "ذكر تقرير سابق،أعلنت الوزارة لله#الجيش في #درعا ، «حلب» صباحا"
REGIONS = 6  # what `predicted` marks


@pytest.fixture
def made(bench: Bench) -> Article:
    """An article that is a task with a pre-annotation."""
    one = article(1, f"{SENTENCE} {GLUED}")
    bench.push([one])
    return one


def spans(annotation: Annotation) -> dict[str, Span]:
    """The spans by surface."""
    return {span.text: span for span in annotation.spans}


def pulled(bench: Bench, count: int = 1) -> list[Entry]:
    bench.pull()
    entries = sorted(bench.entries(), key=lambda entry: entry.annotation_id)
    assert len(entries) == count
    return entries


def saved(bench: Bench, browser: Annotator, made: Article, count: int = 1) -> Annotation:
    """What the history says of the one task once the server has it."""
    task_id = bench.tasks()[made.doc_id]

    def is_there() -> bool:
        (task,) = bench.client.export_tasks(bench.project_id, [task_id])
        return len(task["annotations"]) == count

    browser.until(is_there)
    entry = pulled(bench, count)[-1]
    assert entry.problems == []
    return entry.annotation(bench.ontology)


def place(text: str, surface: str) -> tuple[int, int]:
    start = text.index(surface)
    return start, start + len(surface)


def test_the_text_runs_from_right_to_left_with_its_pre_labels(
    bench: Bench, browser: Annotator, made: Article, ontology: Ontology
) -> None:
    assert browser.open_label_stream(bench.project_id, REGIONS) == bench.tasks()[made.doc_id]
    proposed = predicted(made, ontology)
    assert browser.regions() == {(s.start, s.end) for s in proposed.spans}
    assert {browser.label_of(s.start, s.end) for s in proposed.spans} == {
        s.label for s in proposed.spans
    }
    text = browser.find(".lsf-htx-richtext")
    assert text.value_of_css_property("direction") == "rtl"
    first = browser.region(*place(made.text, "هاجم"))
    second = browser.region(*place(made.text, "الجيش"))
    assert first.rect["y"] == second.rect["y"]
    assert first.rect["x"] > second.rect["x"] + second.rect["width"] / 2
    assert FACES[0] in first.value_of_css_property("font-family")
    colour = next(e.color for e in ontology.entities if e.code == "ARM")
    ink = rgb(second.value_of_css_property("color"))
    assert contrast(ink, over(rgb(colour), 0.3)) >= 7
    assert bench.tasks()[made.doc_id] == browser.task_id()


def test_on_a_laptop_the_panels_leave_the_text_in_view(
    bench: Bench, browser: Annotator, made: Article
) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    labels = browser.find(".ar-panel").rect
    foot = browser.find("[data-testid=bottombar-submit-button]").rect["y"]
    assert foot < 768
    # 11 lines of text of 44 pixels fit in between, the details of a selected region included.
    assert foot - (labels["y"] + labels["height"]) > 480
    browser.panel("Entities")
    browser.panel("Events")
    browser.until(lambda: browser.find(".ar-panel").rect["height"] < 40)
    browser.panel("Guidelines")
    guide = browser.find(".ar-guide")
    browser.until(lambda: guide.rect["height"] > 300 and "شخص مذكور باسمه" in guide.text)
    assert guide.rect["y"] + guide.rect["height"] < foot
    assert guide.text.index("شخص مذكور باسمه") < guide.text.index("A named individual")


def test_relabel_resize_delete_and_add(
    bench: Bench, browser: Annotator, made: Article, ontology: Ontology
) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    browser.relabel(*place(made.text, "الجيش"), "2", "ORG")
    browser.delete(*place(made.text, "وقال"))
    longer = browser.extend(*place(made.text, "الثلاثاء"), " وقال")
    browser.delete(*place(made.text, "سرت"))
    again = browser.mark("مدينة سرت", "6")
    added = browser.mark("المتحدث", "8")
    browser.submit()

    annotation = saved(bench, browser, made)
    decisions = {span.text: (span.label, span.decision) for span in annotation.spans}
    assert made.text[slice(*longer)] == "الثلاثاء وقال"
    assert (again, added) == (place(made.text, "مدينة سرت"), place(made.text, "المتحدث"))
    assert decisions == {
        "هاجم": ("ATTACK", "accepted"),
        "الجيش": ("ORG", "relabelled"),
        "مدينة سرت": ("FAC", "added"),
        "الثلاثاء وقال": ("TIME", "resized"),
        "المتحدث": ("TITLE", "added"),
        "تتقدم": ("ADVANCE", "accepted"),
    }
    (entry,) = bench.entries()
    assert {text in entry.deleted_spans for text in ("وقال", "سرت")} == {True}
    # The role of the deleted target went with it.
    assert annotation.relations == (Relation("E1", "T1", "AGENT"),)


def test_roles_and_attributes(bench: Bench, browser: Annotator, made: Article) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    attack, force = place(made.text, "هاجم"), place(made.text, "الجيش")
    browser.select(*force)
    assert not browser.find(".ar-event").is_displayed()
    browser.press(Keys.ESCAPE)
    browser.select(*attack)
    assert browser.find(".ar-event").is_displayed()
    assert browser.checked() == set()
    browser.press("l")
    browser.press("i")
    browser.until(lambda: browser.checked() == {"NEGATIVE", "OTHER"})
    browser.press("i")
    browser.until(lambda: browser.checked() == {"NEGATIVE"})
    browser.press(Keys.ESCAPE)
    browser.relate(attack, place(made.text, "الثلاثاء"), "TIME")
    browser.submit()

    annotation = saved(bench, browser, made)
    event = spans(annotation)["هاجم"]
    assert event.attributes == (("polarity", "NEGATIVE"), ("modality", "ASSERTED"))
    assert annotation.relations == (
        Relation("E1", "T1", "AGENT"),
        Relation("E1", "T2", "TARGET"),
        Relation("E1", "T3", "TIME"),
    )


def test_unsure_note_and_comment(bench: Bench, browser: Annotator, made: Article) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    browser.select(*place(made.text, "سرت"))
    browser.press("j")
    browser.until(lambda: browser.checked() == {"UNSURE"})
    browser.write("note", "مدينة أم محافظة؟ 1 q")
    browser.press(Keys.ESCAPE)
    browser.panel("Comment")
    browser.write("comment", "خبر قصير")
    browser.submit()

    annotation = saved(bench, browser, made)
    assert annotation.comment == "خبر قصير"
    assert {s.text for s in annotation.spans if s.unsure} == {"سرت"}
    assert {s.text: s.note for s in annotation.spans if s.note} == {"سرت": "مدينة أم محافظة؟ 1 q"}
    assert spans(annotation)["سرت"].label == "GPE"  # what was typed was no hotkey


def test_skip_with_a_reason_and_a_comment(bench: Bench, browser: Annotator, made: Article) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    browser.panel("Comment")
    reason = browser.find(".ar-task label:has(input[name=DUPLICATE])")
    browser.until(reason.is_displayed)
    reason.click()
    browser.write("comment", "كالمهمة السابقة")
    browser.skip()

    annotation = saved(bench, browser, made)
    (entry,) = bench.entries()
    assert entry.status == "skipped"
    assert annotation.comment == "كالمهمة السابقة"
    assert '"DUPLICATE"' in entry.raw


def test_an_earlier_submission_is_updated(bench: Bench, browser: Annotator, made: Article) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    browser.submit()
    before = saved(bench, browser, made)
    assert spans(before)["الجيش"].label == "ARM"

    browser.open_task(bench.project_id, bench.tasks()[made.doc_id], REGIONS)
    browser.relabel(*place(made.text, "الجيش"), "2", "ORG")
    browser.update()
    browser.until(lambda: bench.pull(dry_run=True).changed == 1)
    after = saved(bench, browser, made)
    assert spans(after)["الجيش"].label == "ORG"
    assert len(after.spans) == len(before.spans)


def test_glued_words_and_hashtags_can_be_marked(
    bench: Bench, browser: Annotator, made: Article
) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    for surface, key in (("سابق", "0"), ("أعلنت", "g"), ("درعا", "4"), ("«حلب»", "4")):
        assert made.text[slice(*browser.mark(surface, key))] == surface
    glued = made.text.index("#الجيش") + 1
    assert browser.mark("#الجيش", "3") in {(glued, glued + 5), (glued - 1, glued + 5)}
    browser.submit()

    annotation = saved(bench, browser, made)
    added = [s.text for s in annotation.spans if s.decision == "added"]
    # Brackets and # that came along are trimmed.
    assert added == ["سابق", "أعلنت", "الجيش", "درعا", "حلب"]


def test_hotkeys_work_on_an_arabic_keyboard(
    bench: Bench, browser: Annotator, made: Article, ontology: Ontology
) -> None:
    browser.open_label_stream(bench.project_id, REGIONS)
    attack, force = place(made.text, "هاجم"), place(made.text, "الجيش")

    def is_labelled(start: int, end: int, code: str) -> bool:
        return browser.label_of(start, end) == code

    for where, labels in ((force, ontology.entities), (attack, ontology.events)):
        browser.select(*where)
        for label in reversed(labels):
            browser.press_arabic(str(label.hotkey))
            browser.until(partial(is_labelled, *where, label.code))
        browser.press(Keys.ESCAPE)
    browser.select(*attack)
    browser.press_arabic("l")
    browser.until(lambda: browser.checked() == {"NEGATIVE"})
    browser.press_arabic("j")
    browser.until(lambda: browser.checked() == {"NEGATIVE", "UNSURE"})
    browser.press_arabic("u")
    browser.until(lambda: not browser.all(".htx-highlight.__active"))
    browser.submit()

    found = spans(saved(bench, browser, made))
    first = (ontology.entity_codes[0], ontology.event_codes[0])
    assert (found["الجيش"].label, found["هاجم"].label) == first
    assert found["هاجم"].attribute("polarity") == "NEGATIVE"
    assert found["هاجم"].unsure


def test_a_drag_from_outside_the_text_does_no_harm(
    bench: Bench, browser: Annotator, made: Article
) -> None:
    """Where all of the page can be selected, it keeps the editor busy for ever."""
    browser.open_label_stream(bench.project_id, REGIONS)
    left, right, y = browser.place("المتحدث")
    browser.press("8")
    browser.drag((3, 12), (400, 100), ((left + right) / 2, y))
    browser.press(Keys.ESCAPE)
    assert len(browser.regions()) in (REGIONS, REGIONS + 1)


SECOND = "second@example.org"


def test_two_annotators_on_one_task(
    bench: Bench, browser: Annotator, made: Article, live: Live, password_of: PasswordOf
) -> None:
    force = place(made.text, "الجيش")
    browser.open_label_stream(bench.project_id, REGIONS)
    browser.relabel(*force, "2", "ORG")
    browser.submit()
    saved(bench, browser, made)

    browser.sign_in(SECOND, password_of(SECOND))
    # The label stream shows the second one the pre-annotation, and not the first one's work.
    assert browser.open_label_stream(bench.project_id, REGIONS) == bench.tasks()[made.doc_id]
    assert browser.label_of(*force) == "ARM"
    browser.relabel(*force, "7", "NORP")
    browser.submit()
    saved(bench, browser, made, count=2)
    labels = {
        entry.annotator: spans(entry.annotation(bench.ontology))["الجيش"].label
        for entry in bench.entries()
    }
    assert labels == {live.login.email: "ORG", SECOND: "NORP"}
