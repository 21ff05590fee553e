"""With this folder on PYTHONPATH no process asks anybody: what it tries is refused, and written down.

Not even this machine is asked by name or address, so that a hub on loopback that has ended is no way out.
"""

import os
import sys

EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def refuse(event: str, arguments: tuple) -> None:
    if event in EVENTS and not (event == "socket.connect" and isinstance(arguments[1], str | bytes)):
        with open(os.environ["NO_NETWORK_LOG"], "a") as log:
            log.write(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[:2]}\n")
        raise ConnectionRefusedError(f"no network: {event} {arguments}")


sys.addaudithook(refuse)
