"""A browser that reports what a page logs and fetches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium import webdriver

from tests.browser import FLAGS


@contextmanager
def chrome() -> Iterator[webdriver.Chrome]:
    """Headless Chromium with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        for flag in [*FLAGS.split(), f"--user-data-dir={profile}"]:
            options.add_argument(flag)
        options.binary_location = "/usr/bin/chromium"
        logged = {"browser": "ALL", "performance": "ALL"}
        options.set_capability("goog:loggingPrefs", logged)
        driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        try:
            yield driver
        finally:
            driver.quit()


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chrome() as driver:
        yield driver


def look(driver: webdriver.Chrome, size: tuple[int, int], colors: str) -> None:
    """Makes the screen this large (CSS pixels), and "light" or "dark"."""
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"features": [{"name": "prefers-color-scheme", "value": colors}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)


def log(driver: webdriver.Chrome, kind: str) -> list[dict[str, str]]:
    """What was logged since the last call."""
    found: list[dict[str, str]] = driver.get_log(kind)  # type: ignore[no-untyped-call]
    return found
