"""Which browser the tests drive, and how one is had where there is none."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

# The first has no windows of its own: the same Chromium, with a third less work.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
PACKAGES = ("chromium-headless-shell", "chromium")  # the first that this apt has
FONT = "fonts-wqy-microhei"
MISSING = (
    "No browser: set CHROMIUM to one, install the package chromium, or run "
    "`.venv/bin/playwright install chromium`."
)


@functools.cache
def executable() -> str:
    """The path of a Chromium: from CHROMIUM, the path, apt as root, or Playwright's own download.

    Skips the test where none can be had; in CI (CI=true) that is a failure.
    """
    found = named() or on_the_path() or from_apt() or from_playwright()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING, pytrace=False)
    if found is None:
        pytest.skip(MISSING)
    return found


def named() -> str | None:
    path = os.environ.get("CHROMIUM", "")
    return path if path and Path(path).exists() else None


def on_the_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def from_apt() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

    def apt(*words: str) -> bool:
        done = subprocess.run(["apt-get", "-qq", *words], check=False, env=env, **quiet)  # type: ignore[call-overload]  # noqa: S603, S607
        return bool(done.returncode == 0)

    apt("update")
    any(apt("install", "-y", "--no-install-recommends", name, FONT) for name in PACKAGES)
    return on_the_path()


def from_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    return str(path) if path.exists() else None
