#!/usr/bin/env python3
"""Drives a running API server with kubectl against the gate. Started by script/e2e, which made
the folder STATE (certificates, kubeconfigs, the cluster) and removes it."""

import argparse
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from cases.existing import legacy
from gate import free_port, wait_until
from suite import CASES, COLLECTIONS, Run, Scene, Skip
import cases  # noqa: F401

HERE = os.path.dirname(os.path.abspath(__file__))
NAMESPACE, SERVICE = "portreeve-system", "portreeve"


class Tally:
    """Counts and prints; one line per case."""

    def __init__(self, only):
        self.passed, self.failed, self.skipped = 0, [], 0
        self._start = time.monotonic()
        self._only = re.compile(only) if only else None

    def wants(self, name):
        return self._only is None or self._only.search(name) is not None

    def run(self, name, body, always=False):
        """True when the case passed or was not asked for."""
        if not always and not self.wants(name):
            return True
        start = time.monotonic()
        try:
            body()
        except Skip as reason:
            self.skipped += 1
            print(f"skip {name}: {reason}", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            self.failed.append(name)
            text = str(error) or repr(error)
            if not isinstance(error, AssertionError):
                text = f"{type(error).__name__}: {text}"
            print(f"FAIL {name}: {' | '.join(text.splitlines())[:1500]}", flush=True)
            return False
        else:
            self.passed += 1
            print(f"ok {name} ({time.monotonic() - start:.1f} s)", flush=True)
        return True

    def close(self):
        if self.failed:
            print("failed: " + ", ".join(self.failed))
        print(f"e2e: cases: {time.monotonic() - self._start:.0f} s")
        print(f"{self.passed} passed, {len(self.failed)} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed or not self.passed else 0


def install(run):
    """The kinds, the ordinary user's rights, and the namespaces that the cases use."""
    def must(*arguments, stdin=None):
        result = run.admin(*arguments, stdin=stdin)
        assert result.ok, f"kubectl {' '.join(arguments)}: {result.text()}"
    must("apply", "--server-side", "-f", f"{HERE}/crds")
    must("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
    must("create", "clusterrolebinding", "e2e-user", "--clusterrole=cluster-admin", "--user=e2e-user")
    for name in (NAMESPACE, "acme"):
        must("create", "namespace", name)
    for path in COLLECTIONS:
        wait_until(lambda path=path: run.api.request("GET", path)[0] == 200, 20, f"{path} is served")


class FormScene(Scene):
    """A scene that can also be registered."""

    def __init__(self, run, form, user, port):
        super().__init__(run, form, user)
        self.gate_port = port

    def configuration(self):
        """What the product ships for this form, as it prints it."""
        where = (["--service", f"{NAMESPACE}/{SERVICE}:{self.gate_port}"] if self.form == "service"
                 else ["--url", f"https://127.0.0.1:{self.gate_port}/validate"])
        printed = subprocess.run([self.run.portreeve, "webhook-config", *where,
                                  "--ca", f"{self.run.state}/pki/gate-ca.crt"],
                                 capture_output=True, text=True, check=False)
        assert printed.returncode == 0, \
            f"webhook-config ended with {printed.returncode}: {printed.stderr.strip()}"
        return printed.stdout

    def check_configuration(self, configuration):
        """(exit status, text) of the product's judgement of a configuration."""
        path = f"{self.run.state}/configuration.json"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(configuration, file)
        checked = subprocess.run([self.run.portreeve, "webhook-config", "--check", path],
                                 capture_output=True, text=True, check=False)
        return checked.returncode, checked.stdout + checked.stderr

    def register(self):
        self.allowed(self.admin("apply", "-f", "-", stdin=self.configuration()))
        self.ledger.hooks = [hook["name"] for hook in self.hooks()]
        self.wait_effective()

    def unregister(self):
        self.allowed(self.admin("delete", "validatingwebhookconfigurations", "--all"))
        wait_until(self.lists_no_registration, 15, "the configuration is out of effect")

    def create_service(self):
        self.allowed(self.admin("create", "-f", "-", stdin={
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": SERVICE, "namespace": NAMESPACE},
            "spec": {"clusterIP": self.run.service_ip, "ports": [{"port": self.gate_port}]}}))

    def store_what_was_there_before(self):
        for obj in legacy():
            self.allowed(self.kubectl("create", "-f", "-", stdin=obj))

    def delete_everything(self):
        """While the configuration is registered: a deletion is never the gate's business."""
        namespaces = {namespace for _, namespace, _ in self.stored() if namespace}
        for path in COLLECTIONS:
            inside = [path.replace("/v1/", f"/v1/namespaces/{namespace}/") for namespace in namespaces]
            for collection in inside if "applications" in path else [path]:
                status, text = self.run.api.request("DELETE", collection)
                assert status == 200, f"{collection}: {status} {text[:300]}"
        assert not self.stored(), f"left: {self.stored()}"

    def clear(self):
        """After cases that failed: whatever they left, held by a finalizer or not."""
        for path, namespace, name in self.stored():
            where = path.replace("/v1/", f"/v1/namespaces/{namespace}/") if namespace else path
            self.run.api.request("PATCH", f"{where}/{name}", {"metadata": {"finalizers": None}},
                                 "application/merge-patch+json")
            self.run.api.request("DELETE", f"{where}/{name}")
        assert not self.stored(), f"left: {self.stored()}"


def every_object_was_allowed(scene):
    count, bad = scene.ledger.uncovered_objects(scene.admin)
    assert count, "nothing is stored: the join examined nothing"
    assert not bad, f"{len(bad)} of {count} objects have no allow for their content: {bad}"


def every_write_was_allowed(scene):
    count, bad = scene.ledger.uncovered_writes()
    assert count, "no write in the audit log: the join examined nothing"
    assert not bad, f"{len(bad)} of {count} writes have no allow: {bad[:5]}"


def every_denial_was_logged(scene):
    count, bad = scene.ledger.unexplained_denials()
    assert count, "no denial in the audit log: the join examined nothing"
    assert not bad, f"{len(bad)} of {count} denials have no deny line: {bad[:5]}"


def no_line_is_missing(scene):
    bad = scene.ledger.gaps()
    assert not bad, f"sequence numbers missing in {bad}"


def run_cases(tally, scene, prefix, functions):
    for function in functions:
        name = f"{prefix}/{function.__name__.replace('_', '-')}"
        tally.run(name, lambda f=function: f(scene))


def close_turn(tally, scene, prefix):
    join_logs(tally, scene, prefix)
    tally.run(f"{prefix}/everything-can-be-deleted", scene.delete_everything)
    scene.unregister()
    scene.clear()


def join_logs(tally, scene, prefix):
    tally.run(f"{prefix}/every-stored-object-was-allowed", lambda: every_object_was_allowed(scene))
    tally.run(f"{prefix}/every-write-was-allowed", lambda: every_write_was_allowed(scene))
    tally.run(f"{prefix}/every-denial-was-logged", lambda: every_denial_was_logged(scene))
    tally.run(f"{prefix}/no-decision-line-is-missing", lambda: no_line_is_missing(scene))


def users_turn(tally, scene, gate):
    """One user's cases, from objects that were there before to an empty cluster."""
    prefix = f"{scene.form}/{scene.kubectl.user}"
    scene.gate = gate
    scene.store_what_was_there_before()
    scene.ledger.begin()
    if not tally.run(f"{prefix}/register", scene.register, always=True):
        return False
    run_cases(tally, scene, prefix, CASES["user"])
    close_turn(tally, scene, prefix)
    return True


def run_form(tally, run, form):
    host = run.service_ip if form == "service" else "127.0.0.1"
    port = free_port(host)
    run.tls("serving").replace_by(run.tls("gate-0"))
    scenes = [FormScene(run, form, user, port) for user in ("admin", "user")]
    if form == "service":
        scenes[0].create_service()
    gate = scenes[0].new_gate().start()
    for scene in scenes:
        if not users_turn(tally, scene, gate):
            return
    scene = scenes[-1]
    scene.ledger.begin()
    if tally.run(f"{form}/register", scene.register, always=True):
        run_cases(tally, scene, form, [case for case in CASES["form"]
                                       if form in getattr(case, "forms", (form,))])
        close_turn(tally, scene, form)
    scene.gate.stop()


def end_with_parent():
    """SIGTERM should script/e2e be killed: the gates are then stopped all the same."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("state", "portreeve", "kubectl", "golden", "service-ip"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--only", help="regular expression over case names")
    parser.add_argument("--form", action="append", choices=("url", "service"))
    return parser.parse_args()


def main():
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    end_with_parent()
    run = Run(asked.state, asked.portreeve, asked.kubectl, asked.golden, asked.service_ip)
    tally = Tally(asked.only)
    try:
        install(run)
        for function in CASES["once"]:
            tally.run("once/" + function.__name__.replace("_", "-"), lambda f=function: f(run))
        for form in asked.form or ("url", "service"):
            run_form(tally, run, form)
        if not asked.only:
            tally.run("no-golden-text-is-left-over", lambda: _assert_empty(run.golden.unused()))
    except Exception as error:  # pylint: disable=broad-except
        tally.failed.append("setup")
        print(f"FAIL setup: {type(error).__name__}: {error}", flush=True)
    finally:
        run.stop_all()
    return tally.close()


def _assert_empty(names):
    assert not names, f"no case compares with {names}"


if __name__ == "__main__":
    sys.exit(main())
