"""The report on agreement in a real browser: charts in both colours, nothing fetched or run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from annotate.show.agreement_page import agreement_page
from annotate.show.serving import Page, server_of
from tests.show.conftest import log, look
from tests.show.team import figures
from tests.support import ONTOLOGY

pytestmark = pytest.mark.browser

LAPTOP, PHONE = (1366, 768), (390, 844)
EVIL = "</style></title><script>document.title='no'</script><img src=//example.org onerror=x()>"
# Charts that can be seen, with the number of shapes and letters that take up room.
DRAWN = """
return [...document.querySelectorAll('.chart svg')].filter(e => e.checkVisibility()).map(svg => {
  const parts = [...svg.querySelectorAll('path, rect, line, text')];
  const large = parts.filter(e => e.getBoundingClientRect().width > 2);
  return [svg.closest('.lt') ? 'light' : 'dark', large.length, svg.getBoundingClientRect().width];
});
"""
SHOWN = "return [...document.querySelectorAll('.dispute')].filter(e => !e.hidden).map(e => e.id)"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(agreement_page(figures(), ONTOLOGY, title="News", made="now"), "utf-8")
    return path


@pytest.fixture(autouse=True)
def screen(browser: webdriver.Chrome) -> Iterator[None]:
    look(browser, LAPTOP, "light")
    yield
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.get("about:blank")


def opened(driver: webdriver.Chrome, address: str) -> list[str]:
    """Opens an address; what was fetched for it."""
    driver.get("about:blank")
    log(driver, "performance")
    log(driver, "browser")
    driver.get(address)
    messages = [json.loads(entry["message"])["message"] for entry in log(driver, "performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
@pytest.mark.parametrize("colors", ["light", "dark"])
def test_all_charts_are_drawn_and_nothing_is_fetched(
    browser: webdriver.Chrome, report: Path, size: tuple[int, int], colors: str
) -> None:
    look(browser, size, colors)
    assert opened(browser, report.as_uri()) == [report.as_uri()]
    assert log(browser, "browser") == []
    drawn = browser.execute_script(DRAWN)
    assert len(drawn) == 12
    for shown, parts, width in drawn:
        assert shown == colors
        assert parts > 5
        assert width > 200
    # Nothing is wider than the screen, and what the page is for is on the first of a laptop.
    assert browser.execute_script("return document.documentElement.scrollWidth") == size[0]
    if size == LAPTOP:
        bottom = "return document.querySelector('.first').getBoundingClientRect().bottom"
        assert browser.execute_script(bottom) <= size[1]


def test_markup_in_names_and_articles_is_text(browser: webdriver.Chrome, tmp_path: Path) -> None:
    made: dict[str, Any] = deepcopy(figures())
    text = json.dumps(made)
    for name in (made["annotators"][0], "GPE", "ATTACK"):
        text = text.replace(json.dumps(name)[1:-1], json.dumps(EVIL)[1:-1])
    made = json.loads(text)
    made["fought"][0]["word"] = made["basis"]["words"] = EVIL
    made["bias"]["rules"][0]["origin"] = EVIL
    for one in made["disagreements"]:
        one["doc_id"] = EVIL
        one["sentence"]["text"] = EVIL + one["sentence"]["text"]
        one["links"] = ["javascript:document.title='no'"]
    path = tmp_path / "report.html"
    path.write_text(agreement_page(made, ONTOLOGY, title=EVIL, made=EVIL), "utf-8")
    assert opened(browser, path.as_uri()) == [path.as_uri()]
    assert log(browser, "browser") == []
    assert browser.title == f"Agreement: {EVIL}"
    count = "return document.querySelectorAll(arguments[0]).length"
    assert browser.execute_script(count, "script") == 1
    assert browser.execute_script(count, "style") == 1
    assert browser.execute_script(count, "img, iframe, object, [onerror], [href^=javascript]") == 0
    assert browser.execute_script(count, ".dispute") == len(made["disagreements"])
    assert EVIL in browser.find_element(By.CSS_SELECTOR, ".sentence").get_property("textContent")  # type: ignore[operator]
    # ... and in the charts the name is a name.
    names = "return [...document.querySelectorAll('#pairs .lt title')].map(e => e.textContent)"
    assert any("<script>" in name for name in browser.execute_script(names))


def test_the_policy_stops_what_is_not_the_pages_own(
    browser: webdriver.Chrome, report: Path
) -> None:
    opened(browser, report.as_uri())
    browser.execute_script(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1';"
        "document.body.append(s)"
    )
    assert browser.title == "Agreement: News"
    (entry,) = log(browser, "browser")
    assert "Content Security Policy" in entry["message"]


def test_the_list_is_narrowed_by_kind_and_label(browser: webdriver.Chrome, report: Path) -> None:
    everything = [f"d{n}" for n, _ in enumerate(figures()["disagreements"], start=1)]
    expected = [
        f"d{number}"
        for number, one in enumerate(figures()["disagreements"], start=1)
        if one["kind"] == "label" and "GPE" in [v["label"] for v in one["readings"] if v]
    ]
    assert 0 < len(expected) < len(everything)
    opened(browser, report.as_uri())
    assert browser.execute_script(SHOWN) == everything
    Select(browser.find_element(By.ID, "kind")).select_by_value("label")
    Select(browser.find_element(By.ID, "label")).select_by_value("GPE")
    assert browser.execute_script(SHOWN) == expected
    # The address says what is chosen, and can be sent to somebody.
    address = browser.current_url
    opened(browser, address)
    assert browser.execute_script(SHOWN) == expected
    # A link to one disagreement shows it, whatever is chosen.
    (hidden, *_) = (one for one in everything if one not in expected)
    browser.execute_script("location.hash = arguments[0]", hidden)
    WebDriverWait(browser, 10).until(lambda d: hidden in d.execute_script(SHOWN))
    assert browser.execute_script(SHOWN) == everything


def test_what_is_to_be_discussed_leads_to_its_places(
    browser: webdriver.Chrome, report: Path
) -> None:
    opened(browser, report.as_uri())
    browser.find_element(By.CSS_SELECTOR, ".topics .times").click()
    WebDriverWait(browser, 10).until(lambda d: len(d.execute_script(SHOWN)) < 200)
    found = [browser.find_element(By.ID, name) for name in browser.execute_script(SHOWN)]
    assert {one.get_attribute("data-kind") for one in found} == {"label"}
    assert {one.get_attribute("data-labels") for one in found} == {"GPE LOC"}


def test_a_served_page_comes_again_with_what_is_chosen(browser: webdriver.Chrome) -> None:
    """A browser must not take "the same address with a #" for a jump inside of the page."""
    state = ["first"]

    def draw() -> str:
        return agreement_page(few(), ONTOLOGY, title=state[0], made="now", refresh=1)

    page = Page(draw, lambda: state[0], lambda _: None)
    with server_of(page, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}/"
            assert opened(browser, f"{address}#kind=label")[0] == address
            assert browser.title == "Agreement: first"
            state[0] = "second"
            WebDriverWait(browser, 30).until(lambda d: d.title == "Agreement: second")
            assert browser.current_url == f"{address}#kind=label"
            assert log(browser, "browser") == []
        finally:
            server.shutdown()
            thread.join()


def few() -> dict[str, Any]:
    """Figures of which little is drawn: quickly made."""
    made: dict[str, Any] = deepcopy(figures())
    made["labels"], made["pairs"] = [], made["pairs"][:1]
    made["confusion"] = {"entities": {"labels": [], "counts": []}}
    made["confusion"]["triggers"] = made["confusion"]["entities"]
    made["trend"] = {"weeks": [], "batches": [], "drift": [], "learning": []}
    made["annotators_progress"] = []
    return made
