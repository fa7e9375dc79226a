"""A TCP relay between the API server and the gate: holds bytes back, or changes who gets them."""

import socket
import threading
import time


class Relay:
    """Listens on `listen` and forwards to `target`, whose replacement affects new connections
    only, as a Service does. `delay` seconds pass before each chunk of an answer; with `trickle`
    an answer comes a byte at a time. `accept` False leaves connections in the kernel's queue."""

    def __init__(self, listen, target):
        self.listen = listen
        self.target = target
        self.delay = 0.0
        self.trickle = False
        self.connections = 0
        self._open = True
        self._sockets = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(listen, backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while self._open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target, timeout=5)
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._sockets |= {client, server}
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source, sink, answer):
        try:
            while chunk := source.recv(65536):
                if answer and self.trickle:
                    for byte in chunk:
                        sink.sendall(bytes([byte]))
                        time.sleep(0.2)
                    continue
                if answer and self.delay:
                    time.sleep(self.delay)
                sink.sendall(chunk)
        except OSError:
            pass
        for end in (source, sink):
            self._close(end)

    def _close(self, end):
        with self._lock:
            self._sockets.discard(end)
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def cut(self):
        """Closes every connection, not the listener."""
        with self._lock:
            ends = list(self._sockets)
        for end in ends:
            self._close(end)

    def close(self):
        self._open = False
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.cut()
