"""A TCP proxy in front of PostgreSQL that breaks connections on command.

Faults, per direction of what is already under way and of what comes: cut (reset), half_close (one side ends, the other
stays), stall (bytes stop, nothing is closed), delay (each piece waits), corrupt (one byte of each piece is flipped).
lose_answer: the connection that sends a RENAME is cut when the answer comes; what connects after that is cut, too, if
`gone_after` is set.
"""
import contextlib
import select
import socket
import struct
import threading
import time

FAULTS = ("cut", "half_close", "stall", "delay", "corrupt")
DELAY_SECONDS = 0.004
PIECE = 65536


def _reset(sock):
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


class Proxy:
    """Listens on 127.0.0.1:port; forwards to a TCP port. One thread per connection, all of them daemons."""

    def __init__(self, target_port):
        self.target = ("127.0.0.1", target_port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.fault = None       # what is done to connections now
        self.victims = None     # how many connections may still be hit; None: all
        self.when = None        # when(to_client, data, state): the piece that brings the fault to its connection; None: any
        self.hit = 0            # connections that a fault was done to
        self.opened = 0
        self.gone_after = False  # lose_answer: nobody is served any more
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def inject(self, fault, victims=None, when=None):
        """With `when`, a connection is hit at the first piece for which it is true, before that is passed on; `state` is
        a dict of that connection."""
        with self.lock:
            self.fault, self.victims, self.when, self.hit = fault, victims, when, 0

    def clear(self):
        with self.lock:
            self.fault = None

    def close(self):
        self.listener.close()

    def _take(self, state, to_client=None, data=None):
        """The fault for this piece of this connection, or None."""
        with self.lock:
            if self.fault is None:
                return None
            if self.when is not None and not state["hit"] and (data is None or not self.when(to_client, data, state)):
                return None
            if not state["hit"]:
                if self.victims is not None and self.hit >= self.victims:
                    return None
                self.hit += 1
                state["hit"] = True
            return self.fault

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.opened += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            server = socket.create_connection(self.target)
        except OSError:
            _reset(client)
            return
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state = {"hit": False, "renames": False}
        other = {client: server, server: client}
        open_ends = {client, server}
        try:
            while open_ends:
                # An idle connection is hit too: a firewall does not wait for traffic.
                readable, _, _ = select.select(list(open_ends), [], [], 0.02)
                fault = self._take(state) if readable or self.fault in ("cut", "half_close") else None
                if fault == "cut":
                    return
                if fault == "stall":
                    time.sleep(0.02)
                    continue
                if fault == "half_close" and server in open_ends:
                    with contextlib.suppress(OSError):
                        client.shutdown(socket.SHUT_WR)
                    open_ends.discard(server)
                    continue
                for sock in readable:
                    data = sock.recv(PIECE)
                    if self.when is not None and self._take(state, sock is server, data) == "cut":
                        return
                    if not data:
                        with contextlib.suppress(OSError):
                            other[sock].shutdown(socket.SHUT_WR)
                        open_ends.discard(sock)
                        if sock is server:
                            return
                        continue
                    if self.fault == "lose_answer":
                        state["renames"] = state["renames"] or (sock is client and b"RENAME TO" in data)
                        if state["renames"] and sock is server:
                            self.inject("cut" if self.gone_after else None)
                            self.hit = 1
                            return
                    if fault == "delay":
                        time.sleep(DELAY_SECONDS)
                    if fault == "corrupt":
                        middle = len(data) // 2
                        data = data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1:]
                    other[sock].sendall(data)
        except OSError:
            pass
        finally:
            _reset(client)
            _reset(server)
