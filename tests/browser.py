"""Drives Label Studio in headless Chromium, as an annotator would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.conftest import Live

Found = TypeVar("Found")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
    " --disable-background-networking --disable-component-update --disable-sync"
    " --window-size=1366,900"
)
RELATION = ".lsf-relations__item"
SUBMIT = "[data-testid=bottombar-submit-button]"
UPDATE = "[data-testid=bottombar-update-button]"
TEXT = ".lsf-htx-richtext"
# What an Arabic keyboard writes on the keys of a US one: the hotkeys are named after the latter.
ARABIC = dict(zip("acdfgijlnqstuxyz0123456789", "شؤيبلهتمىضسفعءغئ٠١٢٣٤٥٦٧٨٩", strict=True))


class Annotator:
    """One browser, logged in as one user.

    Every wait is for a state of the page; nothing sleeps.
    """

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url = url
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        for flag in [*FLAGS.split(), f"--user-data-dir={self._profile.name}"]:
            options.add_argument(flag)
        options.binary_location = "/usr/bin/chromium"
        options.unhandled_prompt_behavior = "accept"
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.sign_in(email, password)

    def sign_in(self, email: str, password: str) -> None:
        """Signs in, whoever was before."""
        self.until(self._signed_out).send_keys(email)
        self.find("input[name=password]").send_keys(password, Keys.ENTER)
        self.until(lambda: "/user/login" not in self.driver.current_url)
        self.email = email

    def _signed_out(self) -> WebElement:
        """The field of the login page.

        The server renews the session's cookie with each answer. One to a page that was just left
        can come in after the cookies are cleared, and then nobody is signed out: tried again.
        """
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get(f"{self.url}/user/login")
        return self.driver.find_element(By.CSS_SELECTOR, "input[name=email]")

    def resize(self, width: int, height: int) -> None:
        """Makes the page itself this large, in CSS pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def close(self) -> None:
        self.driver.quit()
        self._profile.cleanup()

    def until(self, found: Callable[[], Found], seconds: float = 60) -> Found:
        """Waits until `found` gives something true, and returns it."""
        wait = WebDriverWait(
            self.driver, seconds, poll_frequency=0.1, ignored_exceptions=[WebDriverException]
        )
        try:
            result: Found = wait.until(lambda _: found())
        except TimeoutException as error:
            shown = self.driver.find_element(By.TAG_NAME, "body").text[:500]
            raise AssertionError(f"not on {self.driver.current_url}:\n{shown}") from error
        return result

    def find(self, selector: str) -> WebElement:
        return self.until(lambda: self.driver.find_element(By.CSS_SELECTOR, selector))

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def open_label_stream(self, project_id: int, regions: int) -> int:
        """Opens the next task of the label stream; its id, once its pre-labels are drawn."""
        self.driver.get(f"{self.url}/projects/{project_id}/data?labeling=1")
        self.find(TEXT)
        self.until(lambda: len(self.regions()) == regions)
        return self.task_id()

    def open_task(self, project_id: int, task_id: int, regions: int) -> None:
        """Opens a task from the list of tasks, with what was submitted."""
        self.driver.get(f"{self.url}/projects/{project_id}/data?task={task_id}")
        self.find(TEXT)
        self.until(lambda: len(self.regions()) == regions)

    def task_id(self) -> int:
        """The id of the task that is shown."""
        return int(self.find(".lsf-current-task__task-id").text.split()[0].lstrip("#"))

    def regions(self) -> set[tuple[int, int]]:
        """Offsets of the regions that are drawn in the text."""
        script = (
            "return [...document.querySelectorAll('.htx-highlight')]"
            ".map(e => [+e.dataset.start, +e.dataset.end])"
        )
        return {(start, end) for start, end in self.driver.execute_script(script)}

    def region(self, start: int, end: int) -> WebElement:
        """The drawn region with these offsets (code points)."""
        return self.find(f".htx-highlight[data-start='{start}'][data-end='{end}']")

    def select(self, start: int, end: int) -> None:
        """Clicks a region and waits until the editor has it selected."""
        self.region(start, end).click()
        self.until(lambda: "__active" in (self.region(start, end).get_attribute("class") or ""))

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def press_arabic(self, hotkey: str) -> None:
        """Presses the key of a hotkey ("q", "shift+q") as an Arabic keyboard layout sends it."""
        shift, _, name = hotkey.rpartition("+")
        key = {
            "key": ARABIC[name],
            "text": ARABIC[name],
            "code": f"Digit{name}" if name.isdigit() else f"Key{name.upper()}",
            "windowsVirtualKeyCode": ord(name.upper()),
            "modifiers": 8 if shift else 0,
        }
        for kind in ("keyDown", "keyUp"):
            self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {**key, "type": kind})

    def checked(self) -> set[str]:
        """Choices that are made for the selected region."""
        script = "return [...document.querySelectorAll('.ar-attr input:checked')].map(e => e.name)"
        return set(self.driver.execute_script(script))

    def panel(self, name: str) -> None:
        """Opens or closes a panel above the text."""
        (header,) = (h for h in self.all(".ar-panel .ant-collapse-header") if name in h.text)
        header.click()

    def write(self, field: str, text: str) -> None:
        """Writes into the note of the selected region, or the comment of the task, and adds it."""
        selector = f"input[name={field}]"
        self.until(lambda: self.find(selector).is_displayed())
        self.find(selector).send_keys(text, Keys.ENTER)
        self.until(lambda: not self.all(selector))

    def label_of(self, start: int, end: int) -> str:
        return (self.region(start, end).get_attribute("data-label") or "").partition(":")[2]

    def relabel(self, start: int, end: int, hotkey: str, label: str) -> None:
        """Gives a region another label by its hotkey."""
        self.select(start, end)
        self.press(hotkey)
        self.until(lambda: self.label_of(start, end) == label)
        self.press(Keys.ESCAPE)

    def delete(self, start: int, end: int) -> None:
        """Deletes a region by Backspace."""
        self.select(start, end)
        self.press(Keys.BACKSPACE)
        self.until(lambda: (start, end) not in self.regions())

    def mark(self, surface: str, hotkey: str) -> tuple[int, int]:
        """Marks the first unmarked occurrence of a surface by drag and drop; its offsets."""
        before = self.regions()
        self.press(hotkey)
        left, right, y = self.place(surface)
        # Arabic runs from right to left: the drag begins at the right edge.
        self.drag((right - 2, y), ((left + right) / 2, y), (left + 2, y))
        self.until(lambda: len(self.regions()) == len(before) + 1)
        (new,) = self.regions() - before
        self.press(Keys.ESCAPE)
        return new

    def place(self, surface: str) -> tuple[float, float, float]:
        """Where the first occurrence of a surface outside all regions is: left, right, middle."""
        left, right, y = self.driver.execute_script(_PLACE, surface)
        return left, right, y

    def drag(self, *points: tuple[float, float]) -> None:
        """Drags the mouse through points of the page."""
        actions = ActionChains(self.driver, duration=50)
        pointer = actions.w3c_actions.pointer_action
        for number, (x, y) in enumerate(points):
            pointer.move_to_location(int(x), int(y))  # type: ignore[no-untyped-call]
            if number == 0:
                pointer.pointer_down()  # type: ignore[no-untyped-call]
        pointer.pointer_up()  # type: ignore[no-untyped-call]
        actions.perform()

    def extend(self, start: int, end: int, surface: str) -> tuple[int, int]:
        """Drags the last handle of a region to the end of a surface; the new offsets."""
        self.select(start, end)
        handle = self.find(".htx-highlight area.__resize_right").rect
        left, right, y = self.place(surface)
        grip = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        before = self.regions()
        self.drag(grip, ((left + right) / 2, y), (left + 2, y))
        self.until(lambda: (start, end) not in self.regions())
        (new,) = self.regions() - before
        self.press(Keys.ESCAPE)
        return new

    def relate(self, event: tuple[int, int], entity: tuple[int, int], role: str) -> None:
        """Draws a relation from an event to an entity and gives it a role."""
        self.select(*event)
        ActionChains(self.driver).key_down(Keys.ALT).send_keys("r").key_up(Keys.ALT).perform()
        self.region(*entity).click()
        self.tab("Relations")
        count = len(self.all(RELATION))
        self.until(lambda: len(self.all(RELATION)) >= count > 0)
        item = self.all(RELATION)[-1]
        ActionChains(self.driver).move_to_element(item).perform()
        self.until(
            lambda: item.find_element(By.CSS_SELECTOR, "[aria-label='Show Relation Labels']")
        ).click()
        self.find(f"{RELATION} [data-testid^='select-trigger']").click()
        option = self.until(lambda: self._option(role))
        assert option is not None
        option.click()
        self.press(Keys.ESCAPE)
        self.tab("Regions")

    def _option(self, text: str) -> WebElement | None:
        options = self.all("[role=option]")
        return next((option for option in options if option.text.strip() == text), None)

    def tab(self, name: str) -> None:
        """Opens a tab of the side panel."""
        tabs = self.until(
            lambda: [t for t in self.all(".lsf-panel-tabs__tab") if t.text.strip() == name]
        )
        tabs[0].click()

    def submit(self) -> None:
        self.click(SUBMIT)

    def update(self) -> None:
        self.click(UPDATE)

    def skip(self) -> None:
        self.click("[data-testid=bottombar-skip-button]")

    def click(self, selector: str) -> None:
        """Clicks a button, also where a message of the page still covers it."""
        self.driver.execute_script("arguments[0].click()", self.find(selector))


# Where the first occurrence of a surface outside all regions is drawn: left, right, middle y.
_PLACE = """
const root = document.querySelector('.lsf-htx-richtext');
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const at = node.data.indexOf(arguments[0]);
  if (at < 0 || node.parentElement.closest('.htx-highlight')) continue;
  node.parentElement.scrollIntoView({block: 'center'});
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + arguments[0].length);
  const box = range.getBoundingClientRect();
  return [box.left, box.right, (box.top + box.bottom) / 2];
}
throw new Error('not found outside regions: ' + arguments[0]);
"""


@pytest.fixture(scope="session")
def chromium(live: Live) -> Iterator[Annotator]:
    """The session's one browser; `browser` is for tests."""
    annotator = Annotator(live.running.url, live.login.email, live.login.password)
    annotator.resize(1366, 768)
    yield annotator
    annotator.close()


@pytest.fixture
def browser(live: Live, chromium: Annotator) -> Iterator[Annotator]:
    """The session's browser, signed in as the one who runs the server, on an empty page."""
    if chromium.email != live.login.email:  # a test before was somebody else
        chromium.sign_in(live.login.email, live.login.password)
    yield chromium
    chromium.driver.get("about:blank")
