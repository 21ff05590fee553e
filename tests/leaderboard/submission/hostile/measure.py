"""Runs a command and writes what it took; started by itself, since a process counts its parent's memory too.

measure.py RESULT SECONDS COMMAND...
"""

import json
import os
import signal
import sys
import time

result, seconds, *command = sys.argv[1:]
began = time.monotonic()
child = os.fork()
if child == 0:
    os.setsid()
    os.execv(command[0], command)


def end(*_: object) -> None:
    os.killpg(child, signal.SIGKILL)


signal.signal(signal.SIGALRM, end)
signal.setitimer(signal.ITIMER_REAL, float(seconds))
_, status, used = os.wait4(child, 0)
took = {
    "status": os.waitstatus_to_exitcode(status),
    "seconds": time.monotonic() - began,
    "computing": used.ru_utime + used.ru_stime,
    "megabytes": used.ru_maxrss / 1024,
}
with open(result, "w") as file:
    json.dump(took, file)
