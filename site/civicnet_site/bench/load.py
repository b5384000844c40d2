"""Load by wrk: one thread of it keeps connections busy and says how many were answered, and how soon."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """\
wrk.method = {method}
wrk.body = {body}
{headers}
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("\\nRESULT %d %d %d %f %f\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status, latency:percentile(50), latency:percentile(99)))
end
"""


class NoLoad(Exception):
    """No figure came of it; the message says why."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests answered in a second; how many milliseconds half of them and all but a hundredth took at most."""

    rate: float
    p50: float
    p99: float


def program() -> str:
    """Where wrk is.

    Raises:
        NoLoad: it is not installed.
    """
    found = shutil.which("wrk")
    if found is None:
        raise NoLoad("wrk is not installed (on Debian: apt-get install wrk)")
    return found


def command(port: int, path: str, *, seconds: int, connections: int) -> list[str]:
    """The command as it is run, without the file that holds the request."""
    address = f"http://127.0.0.1:{port}{path}"
    return [program(), "-t1", f"-c{connections}", f"-d{seconds}s", address]


def press(
    port: int,
    path: str,
    *,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    seconds: int,
    connections: int,
) -> Measured:
    """Ask the same again and again for so many seconds.

    Raises:
        NoLoad: wrk is not there or ended badly, or a request was not answered with a status below 400.
    """
    script = _SCRIPT.format(
        method=_lua(method),
        body=_lua(body.decode()) if body is not None else "nil",
        headers="\n".join(f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in headers.items()),
    )
    with tempfile.TemporaryDirectory(prefix="civicnet-bench-") as folder:
        file = Path(folder) / "request.lua"
        file.write_text(script, encoding="utf-8")
        started = command(port, path, seconds=seconds, connections=connections)
        done = subprocess.run(  # noqa: S603
            [*started, "-s", str(file)], capture_output=True, text=True, check=False
        )
    told = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode or not told:
        raise NoLoad(f"wrk ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    answered, microseconds, failed, p50, p99 = (float(one) for one in told[0].split()[1:])
    if not answered:
        raise NoLoad(f"not one request was answered within {seconds} s")
    if failed:
        raise NoLoad(f"{failed:.0f} requests failed, {answered:.0f} were answered")
    return Measured(answered / microseconds * 1e6, p50 / 1000, p99 / 1000)


def _lua(text: str) -> str:
    # JSON's escapes but for those of letters, which Lua spells otherwise: they stay as they are.
    return json.dumps(text, ensure_ascii=False)
