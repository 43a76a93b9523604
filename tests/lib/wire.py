"""Everything that goes over the loopback of this machine, while something is done; only root may listen."""

import contextlib
import socket
import threading

ANY_PROTOCOL = 3
LARGEST = 1 << 17
WAIT_SECONDS = 0.2


def why_not():
    """Give why nothing can be listened to here, empty if it can."""
    try:
        listening().close()
    except (AttributeError, OSError):
        return "only root on Linux can listen to the loopback"
    return ""


def listening():
    """Open a socket that is given every packet of the loopback."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(ANY_PROTOCOL))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
    wire.bind(("lo", 0))
    wire.settimeout(WAIT_SECONDS)
    return wire


@contextlib.contextmanager
def packets():
    """Give a list that fills with the packets of the loopback until the work is done."""
    seen: list[bytes] = []
    ended = threading.Event()

    def listen(wire):
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                seen.append(wire.recv(LARGEST))

    with listening() as wire:
        listener = threading.Thread(target=listen, args=(wire,))
        listener.start()
        try:
            yield seen
        finally:
            ended.set()
            listener.join()
