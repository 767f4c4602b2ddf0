"""A real browser for the tests of the pages: whatever Chromium this computer has, else one that we install."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_ON_PATH = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
]
_MAC_APPS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: print(p.chromium.executable_path)"
)


@functools.cache
def chromium_path() -> str:
    """Where the browser is; installs one when there is none, and raises RuntimeError with the line that would."""
    found = _installed()
    if not found:
        # Tests run in two processes; only one of them installs.
        with FileLock(Path(tempfile.gettempdir()) / "dialoogtafel-browser.lock"):
            found = _installed() or _install_by_playwright() or _install_by_apt()
    if not found:
        install = "apt-get install -y chromium" if shutil.which("apt-get") else "playwright install chromium"
        raise RuntimeError(f"No Chromium or Chrome on this computer. Install one with: {install}")
    return found


def launch_options() -> dict[str, object]:
    """The arguments of Playwright's `chromium.launch`."""
    return {"executable_path": chromium_path(), "args": ARGS}


def _installed() -> str | None:
    for name in _ON_PATH:
        if path := shutil.which(name):
            return path
    return next((path for path in _MAC_APPS if Path(path).exists()), _of_playwright())


def _of_playwright() -> str | None:
    # In a process of its own: the synchronous API may not be started twice in one.
    path = _output([sys.executable, "-c", _ASK_PLAYWRIGHT])
    return path if path and Path(path).exists() else None


def _install_by_playwright() -> str | None:
    print("No browser found; trying: playwright install chromium", file=sys.stderr)  # noqa: T201
    done = _output([sys.executable, "-m", "playwright", "install", "chromium"])
    return None if done is None else _of_playwright()


def _install_by_apt() -> str | None:
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    print("No browser found; trying: apt-get install -y chromium", file=sys.stderr)  # noqa: T201
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _output(["apt-get", "update"], environment)
    _output(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], environment)
    return shutil.which("chromium")


def _output(command: list[str], environment: dict[str, str] | None = None) -> str | None:
    """What *command* prints, or None when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=600)
    return done.stdout.strip() if done.returncode == 0 else None
