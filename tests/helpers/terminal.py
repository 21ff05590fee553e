"""A command before a real terminal of some width."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios


def on_terminal(columns: int, *arguments: object) -> list[str]:
    """The lines that ``mebench`` prints to a terminal of so many columns; its errors go elsewhere."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "motionedit_bench", *map(str, arguments)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL) as process:
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
