"""A real browser for the tests of the pages: whatever Chromium this computer has, else one that we install.

Preferred is the headless shell: the same engine without the pages of the browser's own windows, which the full one
draws too, although nobody sees them, for a fifth of the time of a test.
"""

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
_SHELLS = ["chromium-headless-shell", "chrome-headless-shell", "headless_shell"]
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
    played = _of_playwright()
    return (
        _on_path(_SHELLS)
        or _shell_beside(played)
        or _on_path(_ON_PATH)
        or next((path for path in _MAC_APPS if Path(path).exists()), played)
    )


def _on_path(names: list[str]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _shell_beside(chromium: str | None) -> str | None:
    """Playwright's headless shell stands in a folder beside that of its Chromium, of the same version."""
    if not chromium:
        return None
    inside = next((folder for folder in Path(chromium).parents if folder.name.startswith("chromium-")), None)
    if not inside:
        return None
    folder = inside.with_name(inside.name.replace("chromium-", "chromium_headless_shell-"))
    found = [path for name in _SHELLS for path in folder.glob(f"*/{name}")]
    return next((str(path) for path in found if os.access(path, os.X_OK)), None)


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
    for package in ("chromium-headless-shell", "chromium"):
        _output(["apt-get", "install", "-y", "--no-install-recommends", package], environment)
        if path := shutil.which(package):
            return path
    return None


def _output(command: list[str], environment: dict[str, str] | None = None) -> str | None:
    """What *command* prints, or None when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=600)
    return done.stdout.strip() if done.returncode == 0 else None
