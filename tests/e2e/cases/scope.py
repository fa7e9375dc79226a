"""Attempts to get past the gate, and what it must let through so that nobody is locked out."""

from objects import application, blueprint
from suite import BLUEPRINTS, per_user


@per_user
def exemption_labels_mean_nothing(t):
    labels = {"portreeve.openova.io/ignore": "true", "admission.openova.io/skip": "true", "control-plane": "true",
              "portreeve.openova.io/exempt": "yes"}
    with t.nothing_stored():
        t.denied(t.kubectl("create", "-f", "-", stdin=blueprint(
            "wiki", labels=labels, metadata={"annotations": {"portreeve.openova.io/ignore": "true"}})))


@per_user
def look_alike_requesters_have_no_privilege(t):
    for name in ("system:serviceaccount:kube-system:x", "system:serviceaccount:portreeve-system:portreeve",
                 "system:kube-controller-manager"):
        with t.nothing_stored():
            t.denied(t.kubectl("create", f"--as={name}", "--as-group=system:masters", "-f", "-",
                               stdin=blueprint("wiki")))


@per_user
def protected_namespaces_are_gated(t):
    """The namespace of an object is its author's choice, so none may be an exemption."""
    for namespace in ("kube-system", "portreeve-system", "default"):
        with t.nothing_stored():
            result = t.kubectl("create", "-f", "-", stdin=application(
                namespace=namespace, blueprintRef={"name": "bp-bp-wiki", "version": "1.0.0"}))
            t.denied(result)


@per_user
def control_characters_do_not_reach_the_terminal(t):
    """Neither in a message that quotes a value, nor in a warning that quotes a field's name:
    the API server drops a warning that holds one."""
    evil = "\x1b[2J\x07\r\nError from server (Fake): all is well\u202e"
    with t.nothing_stored():
        result = t.kubectl("create", "-f", "-",
                           stdin=blueprint("bp-e2e-ansi", manifests={"chart": "./chart" + evil}))
        t.denied(result, golden="control-characters")
    warned = t.allowed(t.kubectl("create", "--dry-run=server", "-f", "-",
                                 stdin=blueprint("bp-e2e-ansi", **{"marketing" + evil: "text"})))
    t.run.golden.check("control-characters-in-a-warning", t.masked(warned.text()))
    for text in (result.err, warned.err):
        bad = [hex(ord(c)) for c in text.replace("\n", "") if ord(c) < 32 or c in "\x7f\u202e"]
        assert not bad, f"control characters: {bad}"
        assert not any(line.startswith("Error from server (Fake)") for line in text.splitlines()), text


@per_user
def large_object(t):
    """1 MB of "<" is 6 MB in the review; judged like any other, right and wrong."""
    text = "<" * 1_000_000
    with t.nothing_stored():
        status, answer = t.run.api.request("POST", BLUEPRINTS + "?dryRun=All",
                                           blueprint("wiki", card={"description": text}))
        assert status == 403 and "denied the request" in answer, f"{status} {answer[:300]}"
        status, answer = t.run.api.request("POST", BLUEPRINTS + "?dryRun=All",
                                           blueprint("bp-e2e-large", card={"description": text}))
        assert status == 201, f"{status} {answer[:300]}"


@per_user
def deep_object(t):
    """Deeper than the gate reads: refused as such, and the API server gets a proper answer."""
    value = "deep"
    for _ in range(400):
        value = {"a": value}
    with t.nothing_stored():
        status, answer = t.run.api.request("POST", BLUEPRINTS + "?dryRun=All",
                                           blueprint("bp-e2e-deep", configSchema={"default": value}))
        assert status == 422 and "denied the request" in answer, f"{status} {answer[:300]}"


@per_user
def finalizer_of_an_object_that_is_being_deleted(t):
    """Removal of a finalizer must pass, or nothing could ever be deleted; a change of content
    in the same write must not."""
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint(
        "bp-e2e-finalizer", metadata={"finalizers": ["e2e.openova.io/hold"]})))
    t.allowed(t.kubectl("delete", "--wait=false", "blueprint", "bp-e2e-finalizer"))
    with t.nothing_stored():
        t.denied(t.kubectl("patch", "blueprint", "bp-e2e-finalizer", "--type=merge", "-p",
                           '{"spec":{"version":"1.0.9","card":{"title":"Tenant Wiki"}}}'))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-finalizer", "--type=merge", "-p",
                        '{"metadata":{"finalizers":null}}'))
    assert t.kubectl.get("blueprint", "bp-e2e-finalizer") is None


@per_user
def kinds_that_no_policy_names_are_left_alone(t):
    t.allowed(t.kubectl("create", "configmap", "e2e", "--dry-run=server"))
    t.allowed(t.kubectl("create", "namespace", "e2e-dry", "--dry-run=server"))
