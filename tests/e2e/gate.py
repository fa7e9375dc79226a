"""One running `portreeve serve`, started, held, cut off and replaced by the cases."""

import os
import random
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request


def wait_until(condition, seconds, what):
    """Polls until `condition()` is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


_given = set()


def free_port(host):
    """A free port of a loopback address, given to nobody else in this run, outside the range of
    outgoing connections."""
    for port in random.sample(range(20000, 32000), 12000):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
        if port not in _given:
            _given.add(port)
            return port
    raise AssertionError(f"no free port on {host}")


def start_stamp(pid):
    """The kernel's start time of a process: tells it from a later one with its number."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


class Gate:
    """REQUIRES: `tls` is a Tls; `listen` is (host, port). Not safe from several threads."""

    count = 0

    def __init__(self, run, listen, tls, client_ca=None, decision_log=None, policies=None, drain=0):
        Gate.count += 1
        self.name = f"gate-{Gate.count}"
        self.run = run
        self.listen = listen
        self.ops = ("127.0.0.1", free_port("127.0.0.1"))
        self.tls = tls
        self.client_ca = client_ca
        self.decision_log = decision_log or f"{run.state}/decisions/{self.name}.jsonl"
        self.policies = policies
        self.drain = drain   # seconds, or None for the default
        self.process = None

    def command(self):
        command = [self.run.portreeve, "serve", "--listen", "%s:%d" % self.listen,
                   "--ops-listen", "%s:%d" % self.ops, "--tls-cert", self.tls.cert,
                   "--tls-key", self.tls.key, "--decision-log", self.decision_log]
        if self.client_ca:
            command += ["--client-ca", self.client_ca]
        if self.drain is not None:
            command += ["--drain", str(self.drain)]
        if self.policies:
            command += ["--policies", self.policies]
        return command

    def start(self, ready=True):
        with open(f"{self.run.state}/log/{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        with open(f"{self.run.state}/pids/{self.name}", "w", encoding="utf-8") as record:
            record.write(f"{self.process.pid} {start_stamp(self.process.pid)}\n")
        self.run.gates.append(self)
        if ready:
            wait_until(self.is_ready, 20, f"{self.name} is ready")
        return self

    def log_end(self):
        with open(f"{self.run.state}/log/{self.name}.log", encoding="utf-8", errors="replace") as log:
            return log.read()[-400:].replace("\n", " | ")

    def ops_status(self, path):
        """HTTP status and body of a page of the operations listener; (0, "") when it is silent."""
        try:
            with urllib.request.urlopen("http://%s:%d%s" % (*self.ops, path), timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}: {self.log_end()}")
        return self.ops_status("/readyz")[0] == 200

    def connect(self):
        """A TLS connection that trusts anybody, with the API server's client certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        pki = f"{self.run.state}/pki"
        context.load_cert_chain(f"{pki}/hook-client.crt", f"{pki}/hook-client.key")
        return context.wrap_socket(socket.create_connection(self.listen, timeout=5))

    def served_certificate(self):
        """DER of the certificate that a new connection is shown, whoever signed it."""
        with self.connect() as connection:
            return connection.getpeercert(binary_form=True)

    def offered_protocol(self):
        with self.connect() as connection:
            return connection.selected_alpn_protocol()

    def send(self, number):
        self.process.send_signal(number)

    def pause(self):
        self.send(signal.SIGSTOP)

    def resume(self):
        self.send(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.forget()

    def stop(self, grace=30):
        """SIGTERM; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
            self.resume()
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
        status = self.process.wait()
        self.forget()
        return status

    def forget(self):
        self.process.wait()
        if self in self.run.gates:
            self.run.gates.remove(self)
        try:
            os.unlink(f"{self.run.state}/pids/{self.name}")
        except FileNotFoundError:
            pass


class Tls:
    """A certificate and its key, as files."""

    def __init__(self, cert, key):
        self.cert = cert
        self.key = key

    def der(self):
        with open(self.cert, encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def replace_by(self, other):
        """Renames copies of another pair over this one: between the two renames it mismatches."""
        for mine, theirs in ((self.cert, other.cert), (self.key, other.key)):
            with open(theirs, "rb") as source, open(mine + ".new", "wb") as target:
                target.write(source.read())
            os.rename(mine + ".new", mine)
