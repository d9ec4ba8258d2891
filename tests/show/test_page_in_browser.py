"""The page in a real browser: no error, no request, an arrow for each role."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from annotate.annotation_files import read_annotations
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.show.html import page
from annotate.show.view import Drawing, draw, visible
from annotate.spans import Annotation, Relation, Span
from annotate.storage import text_sha256
from tests.show.conftest import log
from tests.support import ONTOLOGY, SEEDS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def largest() -> Drawing:
    """The seeds' longest article, as the reference has it."""
    annotations = read_annotations(SEEDS / "annotations" / "adjudicated.jsonl", ONTOLOGY)
    annotation = max(annotations, key=lambda annotation: len(annotation.spans))
    texts = {a.text_sha256: a.text for a in read_articles([str(SEEDS)], load_rules())}
    return draw(annotation, texts[annotation.text_sha256])


def opened(driver: webdriver.Chrome, path: Path, drawing: Drawing) -> list[str]:
    """Opens the page of a drawing and waits for its arrows; the addresses that were fetched."""
    path.write_text(page([drawing], ONTOLOGY, title="x"), encoding="utf-8")
    driver.get("about:blank")
    log(driver, "performance")
    driver.get(path.as_uri())
    wait_for_arrows(driver, len(drawing.arrows))
    messages = [json.loads(entry["message"])["message"] for entry in log(driver, "performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def arrows(driver: webdriver.Chrome) -> int:
    return len(driver.find_elements(By.CSS_SELECTOR, "svg.arrows path.arrow"))


def wait_for_arrows(driver: webdriver.Chrome, expected: int) -> None:
    WebDriverWait(driver, 30).until(lambda _: arrows(driver) == expected)


def test_a_long_article(browser: webdriver.Chrome, largest: Drawing, tmp_path: Path) -> None:
    assert len(largest.arrows) > 100
    path = tmp_path / "page.html"
    assert opened(browser, path, largest) == [path.as_uri()]
    assert log(browser, "browser") == []
    drawn = "return [...document.querySelectorAll('.text .t')].map(e => e.textContent).join('')"
    assert browser.execute_script(drawn) == largest.text
    width = "return document.documentElement.scrollWidth <= window.innerWidth"
    assert browser.execute_script(width)

    # A check box hides a role's arrows and rows, and shows them again.
    agents = sum(arrow.role == "AGENT" for arrow in largest.arrows)
    box = browser.find_element(By.ID, f"t-r{ONTOLOGY.role_codes.index('AGENT')}")
    for expected in (len(largest.arrows) - agents, len(largest.arrows)):
        box.click()
        wait_for_arrows(browser, expected)
        shown = "return [...document.querySelectorAll('.role')].filter(e => e.offsetParent).length"
        assert browser.execute_script(shown) == expected


def test_markup_in_an_article_is_text(browser: webdriver.Chrome, tmp_path: Path) -> None:
    text = "<script>document.title='no'</script>\r\n<b>&amp;</b> \x1b[0m\x00 قال"
    spans = (
        Span("1", "entity", 0, 30, "<i>", text[0:30], origin='"><img src=//example.org onerror=x>'),
        Span("2", "event", 8, len(text), "STATEMENT", text[8:]),
    )
    annotation = Annotation(text_sha256(text), spans, (Relation("2", "1", "</li><b>"),))
    path = tmp_path / "page.html"
    drawing = draw(replace(annotation, annotator="</p><script>x</script>"), text)
    assert opened(browser, path, drawing) == [path.as_uri()]
    assert log(browser, "browser") == []
    assert browser.title == "x"
    drawn = "return [...document.querySelectorAll('.text .t')].map(e => e.textContent).join('')"
    assert browser.execute_script(drawn) == visible(text)


def test_the_policy_stops_what_is_not_the_pages_own(
    browser: webdriver.Chrome, largest: Drawing, tmp_path: Path
) -> None:
    opened(browser, tmp_path / "page.html", largest)
    browser.execute_script(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1';"
        "document.body.append(s)"
    )
    assert browser.title == "x"
    (entry,) = log(browser, "browser")
    assert "Content Security Policy" in entry["message"]
