"""Certificates and processes change while writes go on: not one fails."""

import os
import signal
import time

from gate import free_port, wait_until
from kube import Writers
from objects import blueprint
from relay import Relay
from suite import BLUEPRINTS, per_form

ROTATIONS = int(os.environ.get("PORTREEVE_E2E_ROTATIONS", "12"))


def none_failed(writers, least):
    assert not writers.failures, \
        f"{len(writers.failures)} of {writers.calls} writes failed: {writers.failures[0]}"
    assert writers.calls >= least, f"only {writers.calls} writes"


@per_form
def certificate_rotation_under_writes(t):
    """Each pair is served before the next one comes; at last they come faster than they can be."""
    pairs = [t.run.tls(f"gate-{number}") for number in range(4)]
    with Writers(t.run.api, BLUEPRINTS, blueprint("bp-e2e-rotate")) as writers:
        for number in range(1, ROTATIONS + 1):
            t.gate.tls.replace_by(pairs[number % 4])
            wait_until(lambda n=number: t.gate.served_certificate() == pairs[n % 4].der(), 20,
                       f"certificate {number} is served")
        for number in range(100):
            t.gate.tls.replace_by(pairs[number % 4])
            time.sleep(0.02)
        wait_until(lambda: t.gate.served_certificate() == pairs[3].der(), 20, "the last one is served")
        writers.wait_for(20)
    none_failed(writers, 100)


@per_form
def broken_certificate_is_not_served(t):
    """Half a file, then a key that does not fit: the pair in use stays."""
    good = t.gate.served_certificate()
    with open(t.gate.tls.cert, "rb") as file:
        whole = file.read()
    with Writers(t.run.api, BLUEPRINTS, blueprint("bp-e2e-broken")) as writers:
        for content in (whole[:len(whole) // 2], b"", open(t.run.tls("stranger").cert, "rb").read()):
            with open(t.gate.tls.cert, "wb") as file:
                file.write(content)
            time.sleep(1.5)
            writers.wait_for(10)
            assert t.gate.served_certificate() == good, "another certificate is served"
        with open(t.gate.tls.cert, "wb") as file:
            file.write(whole)
        writers.wait_for(10)
    none_failed(writers, 40)


@per_form
def drain_under_writes(t):
    """A second instance takes over as in a rolling update: endpoints move about a second after
    the first was told to go, so that one must still answer what reaches it."""
    t.gate.stop()
    old = t.gate = t.new_gate(listen=("127.0.0.1", free_port("127.0.0.1")), drain=None).start()
    relay = Relay(t.address(), old.listen)
    try:
        new = t.new_gate(listen=("127.0.0.1", free_port("127.0.0.1"))).start()
        with Writers(t.run.api, BLUEPRINTS, blueprint("bp-e2e-drain")) as writers:
            writers.wait_for(30)
            old.send(signal.SIGTERM)
            wait_until(lambda: old.ops_status("/readyz")[0] in (0, 503), 5, "a draining gate is not ready")
            time.sleep(1)
            relay.target = new.listen
            assert old.stop(grace=60) == 0, "a drained gate ends with status 0"
            writers.wait_for(30)
        none_failed(writers, 60)
        t.gate = new
    finally:
        relay.close()
    t.replace_gate()


@per_form
def kill_under_writes(t):
    """Writes fail closed while nobody listens, and none does once the next process is ready."""
    with Writers(t.run.api, BLUEPRINTS, blueprint("bp-e2e-kill")) as writers:
        writers.wait_for(30)
        t.gate.kill()
        wait_until(lambda: writers.failures, 10, "a write fails while the gate is down")
        t.gate = t.new_gate().start()
        time.sleep(0.5)      # calls that were refused just before are still being answered
        failed = len(writers.failures)
        writers.wait_for(60)
        assert len(writers.failures) == failed, f"failed after the restart: {writers.failures[-1]}"
    strange = [text for text in writers.failures if "failed calling webhook" not in text]
    assert not strange, strange[0]


@per_form
def restart_at_the_same_address(t):
    """Where nothing can take over: the next process begins when the first has ended, and answers
    within two seconds."""
    with t.nothing_stored():
        t.gate.stop()
        start = time.monotonic()
        t.gate = t.new_gate().start()
        wait_until(t.answers, 5, "the new process answers")
        took = time.monotonic() - start
    assert took < 2, f"{took:.1f} s"
