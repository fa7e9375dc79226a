"""The gate killed, held, slow, unreachable, distrusted: nothing is stored, and it recovers
without anything being done to the API server."""

import concurrent.futures
import os
import time

from gate import free_port, wait_until
from objects import blueprint
from relay import Relay
from suite import Skip, per_form


def attempts(t):
    """One write of each kind, at once, so that a gate that hangs costs one deadline, not four."""
    good = blueprint("bp-e2e-fault")
    calls = [("create", "-f", "-"), ("apply", "-f", "-"), ("apply", "--server-side", "-f", "-")]
    patch = ("patch", "blueprint", "bp-e2e-steady", "--type=merge", "-p", '{"spec":{"card":{"tagline":"x"}}}')
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = [pool.submit(t.kubectl, *call, stdin=good) for call in calls]
        results.append(pool.submit(t.kubectl, *patch))
        return [result.result() for result in results]


def nothing_gets_through(t):
    with t.nothing_stored():
        for result in attempts(t):
            t.failed_closed(result)
    # What the gate does not judge goes on working while it is away.
    t.allowed(t.kubectl("create", "configmap", "e2e", "--dry-run=server"))


def recovers(t, name):
    """The very next write succeeds."""
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint(name)))
    t.assert_allow_for_content(t.kubectl.get("blueprint", name))
    assert t.answers(), "the gate no longer refuses"


def behind_relay(t):
    """Moves the gate behind a relay that stands at its registered address."""
    t.have(blueprint("bp-e2e-steady"))
    t.gate.stop()
    t.gate = t.new_gate(listen=("127.0.0.1", free_port("127.0.0.1"))).start()
    return Relay(t.address(), t.gate.listen)


@per_form
def gate_killed(t):
    t.have(blueprint("bp-e2e-steady"))
    t.gate.kill()
    nothing_gets_through(t)
    t.gate = t.new_gate().start()
    recovers(t, "bp-e2e-after-kill")


@per_form
def gate_stopped(t):
    t.have(blueprint("bp-e2e-steady"))
    t.gate.pause()
    try:
        nothing_gets_through(t)
    finally:
        t.gate.resume()
    wait_until(t.gate.is_ready, 10, "the gate is ready again")
    recovers(t, "bp-e2e-after-stop")


@per_form
def gate_slow_but_in_time(t):
    relay = behind_relay(t)
    try:
        relay.delay = 0.6
        start = time.monotonic()
        t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-slow")))
        assert time.monotonic() - start > 0.5, "the relay held nothing back"
        t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-slow"))
    finally:
        relay.close()
    t.replace_gate()


@per_form
def gate_slower_than_the_deadline(t):
    relay = behind_relay(t)
    try:
        relay.delay = 7
        nothing_gets_through(t)
        relay.delay = 0
        relay.cut()
        recovers(t, "bp-e2e-after-slow")
        relay.cut()
        relay.trickle = True
        nothing_gets_through(t)
        relay.trickle = False
        relay.cut()
        recovers(t, "bp-e2e-after-trickle")
    finally:
        relay.close()
    t.replace_gate()


@per_form
def gate_with_a_certificate_of_a_stranger(t):
    t.have(blueprint("bp-e2e-steady"))
    t.replace_gate(tls=t.run.tls("stranger"))
    nothing_gets_through(t)
    t.replace_gate()
    recovers(t, "bp-e2e-after-stranger")


@per_form
def gate_that_trusts_another_client(t):
    """With --client-ca of a stranger the API server itself is turned away."""
    t.have(blueprint("bp-e2e-steady"))
    t.replace_gate(client_ca=f"{t.run.state}/pki/stranger-ca.crt")
    nothing_gets_through(t)
    t.replace_gate()
    recovers(t, "bp-e2e-after-mutual")


@per_form
def decision_log_that_cannot_be_written(t):
    """A decision that leaves no line is no decision."""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full here")
    t.gate.stop()
    t.gate = t.new_gate(decision_log="/dev/full").start(ready=False)
    wait_until(lambda: t.gate.ops_status("/healthz")[0] == 200, 10, "the gate is up")
    with t.nothing_stored():
        result = t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-unlogged"))
        assert not result.ok, "stored without a line in the decision log"
        t.run.golden.check("decision-log-that-cannot-be-written", t.masked(result.text()))
    assert t.gate.ops_status("/readyz")[0] == 503, "ready although decisions cannot be logged"
    t.replace_gate()
    recovers(t, "bp-e2e-after-full-disk")


@per_form
def taken_out_by_one_command(t):
    """The way back in when the gate is down for good."""
    t.gate.kill()
    name = t.admin.get("validatingwebhookconfigurations")["items"][0]["metadata"]["name"]
    t.allowed(t.admin("delete", "validatingwebhookconfiguration", name))
    wait_until(t.lists_no_registration, 15, "writes pass without the gate")
    t.gate = t.new_gate().start()
    t.register()
    recovers(t, "bp-e2e-after-break-glass")
