"""A command before a real terminal of some width."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import click


def on_terminal(columns: int, *arguments: object, **environment: str) -> list[str]:
    """The lines that ``mebench`` prints to a terminal of so many columns, without their styles; its errors go
    elsewhere."""
    return [click.unstyle(line) for line in as_printed(columns, *arguments, **environment)]


def as_printed(columns: int, *arguments: object, **environment: str) -> list[str]:
    """The same with their styles; ``environment`` is added to that of a common terminal."""
    unset = ("NO_COLOR", "FORCE_COLOR")
    surroundings = {name: value for name, value in os.environ.items() if name not in unset}
    surroundings |= {"TERM": "xterm", **environment}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "motionedit_bench", *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=surroundings
    ) as process:
        os.close(theirs)
        printed = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            printed += some
    os.close(ours)
    assert process.returncode == 0
    return printed.decode().replace("\r\n", "\n").splitlines()
