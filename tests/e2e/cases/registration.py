"""The configuration as it is shipped, and what the gate says about itself."""

import json
import os
import signal

from gate import wait_until
from objects import blueprint
from suite import BLUEPRINTS, per_form

CRD = "blueprints.catalyst.openova.io"
OPERATOR_POLICY = """apiVersion: portreeve.openova.io/v1alpha1
kind: Policy
metadata: {name: house}
spec:
  description: A Blueprint says whose it is.
  match:
    objects: [{group: catalyst.openova.io, kinds: [Blueprint]}]
  enforcement: {admission: deny, guard: deny, audit: deny}
  undecided: deny
  rules:
    - name: owned
      severity: high
      since: 1
      check: field
      with: {path: object.spec.owner.team, matches: '[a-z]+'}
      message: The owning team is named.
      fix: add spec.owner.team
  examples:
    - {name: owned, expect: allow, object: {spec: {owner: {team: wiki}}}}
    - {name: nobody's, expect: deny, rule: owned, object: {spec: {}}}
    - {name: in capitals, expect: deny, rule: owned, object: {spec: {owner: {team: WIKI}}}}
"""



@per_form
def shipped_configuration(t):
    """What keeps the gate closed and its administrator able to act, as the API server took it."""
    hooks = t.hooks()
    assert hooks, "no webhook is registered"
    for hook in hooks:
        assert hook["failurePolicy"] == "Fail", hook["failurePolicy"]
        assert hook["matchPolicy"] == "Equivalent", hook["matchPolicy"]
        assert hook["sideEffects"] == "None", hook["sideEffects"]
        assert hook["timeoutSeconds"] == 5, hook["timeoutSeconds"]
        assert hook["admissionReviewVersions"] == ["v1"], hook["admissionReviewVersions"]
        assert not hook["objectSelector"], "an object selector can be set by the object's author"
        assert hook["clientConfig"].keys() == {"caBundle", t.form}, hook["clientConfig"].keys()
        for rule in hook["rules"]:
            assert rule["apiVersions"] == ["*"], rule
            assert set(rule["operations"]) == {"CREATE", "UPDATE"}, rule
            assert not any("/" in resource for resource in rule["resources"]), rule


@per_form
def registered_configuration_is_complete(t):
    """`webhook-config --check` accepts what the API server holds, defaults and all, and names
    what a narrower one leaves out."""
    held = t.admin.get("validatingwebhookconfigurations")["items"][0]
    code, text = t.check_configuration(held)
    assert code == 0, f"the registered configuration: {code} {text}"
    for hook in held["webhooks"]:
        for rule in hook["rules"]:
            rule["resources"] = [name for name in rule["resources"] if name != "blueprints"] or ["secrets"]
    code, text = t.check_configuration(held)
    assert code == 1 and "blueprint" in text.lower(), f"without blueprints: {code} {text}"


@per_form
def only_http_1_is_offered(t):
    """With h2 the API server would keep one connection to one replica."""
    assert t.gate.offered_protocol() != "h2"


@per_form
def operations_listener(t):
    for page in ("/healthz", "/readyz", "/metrics"):
        code, text = t.gate.ops_status(page)
        assert code == 200, f"{page}: {code} {text[:200]}"


@per_form
def new_version_of_a_gated_kind(t):
    """A version that the gate does not know is asked about, and refused rather than waved through."""
    number = len(t.admin.get("crd", CRD)["spec"]["versions"])
    t.allowed(t.admin("patch", "crd", CRD, "--type=json", "-p", _json_patch(
        "add", "/spec/versions/-", dict(t.admin.get("crd", CRD)["spec"]["versions"][0], name="v9"))))
    path = BLUEPRINTS.replace("/v1/", "/v9/")
    try:
        wait_until(lambda: t.run.api.request("GET", path)[0] == 200, 20, "v9 is served")
        with t.nothing_stored():
            for name in ("wiki", "bp-e2e-future"):
                code, text = t.run.api.request("POST", path, blueprint(name, api="catalyst.openova.io/v9"))
                t.run.api.request("DELETE", f"{path}/{name}")
                assert code == 403 and "denied the request" in text, f"{name}: {code} {text[:300]}"
    finally:
        t.admin("patch", "crd", CRD, "--type=json", "-p", _json_patch("remove", f"/spec/versions/{number}"))
    wait_until(lambda: t.run.api.request("GET", path)[0] == 404, 20, "v9 is gone")


def _json_patch(operation, path, value=None):
    step = {"op": operation, "path": path}
    if value is not None:
        step["value"] = value
    return json.dumps([step])


@per_form
def operator_policies_are_reloaded(t):
    """A policy file appears, breaks and goes, while the gate runs."""
    folder = f"{t.run.state}/policies-{t.form}"
    os.mkdir(folder)
    t.replace_gate(policies=folder)
    try:
        _reload(t, f"{folder}/house.yaml")
    finally:
        t.replace_gate()


def _reload(t, file):
    path = BLUEPRINTS + "?dryRun=All"
    t.allowed(t.kubectl("create", "--dry-run=server", "-f", "-", stdin=blueprint("bp-e2e-house")))
    _write(file, OPERATOR_POLICY)
    wait_until(lambda: t.run.api.request("POST", path, blueprint("bp-e2e-house"))[0] == 403, 10,
               "the new policy denies")
    t.denied(t.kubectl("create", "--dry-run=server", "-f", "-", stdin=blueprint("bp-e2e-house")),
             golden="operator-policy")
    t.allowed(t.kubectl("create", "--dry-run=server", "-f", "-",
                        stdin=blueprint("bp-e2e-house", owner={"team": "wiki"})))
    _write(file, OPERATOR_POLICY.replace("matches:", "matchs:"))
    wait_until(lambda: "matchs" in t.gate.ops_status("/readyz")[1], 10, "/readyz says what was refused")
    assert t.gate.is_ready(), "a refused policy set must not take the gate out of service"
    t.denied(t.kubectl("create", "--dry-run=server", "-f", "-", stdin=blueprint("bp-e2e-house")))
    os.unlink(file)
    wait_until(lambda: t.run.api.request("POST", path, blueprint("bp-e2e-house"))[0] == 201, 10,
               "the policy is gone")


def _write(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


@per_form
def decision_log_is_reopened(t):
    """logrotate renames the file and sends SIGHUP."""
    path = t.gate.decision_log
    os.rename(path, path + ".1")
    t.gate.send(signal.SIGHUP)
    wait_until(lambda: os.path.exists(path), 10, "the decision log is opened again")
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-reopened")))
    assert os.path.getsize(path) > 0, "nothing was written to the new file"
    assert os.stat(path).st_mode & 0o777 == 0o600, oct(os.stat(path).st_mode)
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-reopened"))
