"""Every way in which a user stores a Blueprint, right and wrong."""

import concurrent.futures
import json

from objects import blueprint
from suite import BLUEPRINTS, per_user

V1ALPHA1 = "catalyst.openova.io/v1alpha1"


@per_user
def create(t):
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-create")))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-create"))


@per_user
def create_misnamed(t):
    with t.nothing_stored():
        t.denied(t.kubectl("create", "-f", "-", stdin=blueprint("wiki")), golden="create-misnamed")


@per_user
def create_v1alpha1(t):
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-alpha", api=V1ALPHA1)))
    # Judged as it was written; read back in that version it is the same content.
    t.assert_allow_for_content(t.kubectl.get("blueprints.v1alpha1.catalyst.openova.io", "bp-e2e-alpha"))


@per_user
def create_v1alpha1_misnamed(t):
    with t.nothing_stored():
        t.denied(t.kubectl("create", "-f", "-", stdin=blueprint("wiki", api=V1ALPHA1)),
                 golden="create-v1alpha1-misnamed")


@per_user
def create_generate_name(t):
    named = blueprint("", metadata={"generateName": "bp-e2e-gen-"})
    del named["metadata"]["name"]
    result = t.allowed(t.kubectl("create", "-f", "-", "-o", "json", stdin=named))
    t.assert_allow_for_content(json.loads(result.out))


@per_user
def create_generate_name_misnamed(t):
    named = blueprint("", metadata={"generateName": "wiki-gen-"})
    del named["metadata"]["name"]
    with t.nothing_stored():
        t.denied(t.kubectl("create", "-f", "-", stdin=named), golden="create-generate-name-misnamed")


@per_user
def create_dry_run(t):
    with t.nothing_stored():
        t.allowed(t.kubectl("create", "--dry-run=server", "-f", "-", stdin=blueprint("bp-e2e-dry")))


@per_user
def create_dry_run_says_what_a_real_run_says(t):
    real = t.kubectl("create", "-f", "-", stdin=blueprint("wiki"))
    with t.nothing_stored():
        dry = t.kubectl("create", "--dry-run=server", "-f", "-", stdin=blueprint("wiki"))
        t.denied(dry)
    assert t.masked(dry.text()) == t.masked(real.text()), f"{dry.text()} | {real.text()}"


@per_user
def create_what_the_schema_refuses(t):
    broken = blueprint("bp-e2e-schema", version="one")
    with t.nothing_stored():
        result = t.kubectl("create", "-f", "-", stdin=broken)
        assert not result.ok and "denied the request" not in result.err, result.text()
    assert not t.lines_of("bp-e2e-schema"), "the gate was asked about what the schema refuses"


@per_user
def apply(t):
    t.allowed(t.kubectl("apply", "-f", "-", stdin=blueprint("bp-e2e-apply")))
    t.allowed(t.kubectl("apply", "-f", "-", stdin=blueprint("bp-e2e-apply", version="1.1.0")))
    stored = t.kubectl.get("blueprint", "bp-e2e-apply")
    assert stored["spec"]["version"] == "1.1.0", stored["spec"]
    t.assert_allow_for_content(stored)


@per_user
def apply_banned_title(t):
    if not t.kubectl.get("blueprint", "bp-e2e-apply"):
        t.allowed(t.kubectl("apply", "-f", "-", stdin=blueprint("bp-e2e-apply")))
    with t.nothing_stored():
        t.denied(t.kubectl("apply", "-f", "-",
                           stdin=blueprint("bp-e2e-apply", version="1.2.0", card={"title": "Tenant Wiki"})),
                 golden="apply-banned-title")


@per_user
def apply_one_good_one_misnamed(t):
    both = {"apiVersion": "v1", "kind": "List",
            "items": [blueprint("bp-e2e-listed"), blueprint("wiki")]}
    t.denied(t.kubectl("apply", "-f", "-", stdin=both), golden="apply-one-good-one-misnamed")
    assert t.kubectl.get("blueprint", "bp-e2e-listed"), "the good one of a list is stored"
    assert t.kubectl.get("blueprint", "wiki") is None, "the misnamed one of a list is not"


@per_user
def server_side_apply(t):
    t.allowed(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("bp-e2e-ssa")))
    t.allowed(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("bp-e2e-ssa", version="1.0.1")))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-ssa"))


@per_user
def server_side_apply_misnamed(t):
    with t.nothing_stored():
        t.denied(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("wiki")),
                 golden="server-side-apply-misnamed")


@per_user
def server_side_apply_banned_title(t):
    t.allowed(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("bp-e2e-ssa", version="1.0.1")))
    with t.nothing_stored():
        t.denied(t.kubectl("apply", "--server-side", "-f", "-",
                           stdin=blueprint("bp-e2e-ssa", version="1.0.2", card={"title": "Tenant Wiki"})),
                 golden="server-side-apply-banned-title")


@per_user
def server_side_apply_dry_run(t):
    t.allowed(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("bp-e2e-ssa", version="1.0.1")))
    with t.nothing_stored():
        t.allowed(t.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-",
                            stdin=blueprint("bp-e2e-ssa", version="1.0.3")))
        t.denied(t.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=blueprint("wiki")))


@per_user
def server_side_apply_conflict(t):
    """A conflict is refused before the gate is asked."""
    t.allowed(t.kubectl("apply", "--server-side", "-f", "-", stdin=blueprint("bp-e2e-ssa", version="1.0.1")))
    asked = len(t.lines_of("bp-e2e-ssa"))
    with t.nothing_stored():
        result = t.kubectl("apply", "--server-side", "--field-manager=other", "-f", "-",
                           stdin=blueprint("bp-e2e-ssa", version="9.9.9"))
        assert not result.ok and "conflict" in result.err, result.text()
    assert len(t.lines_of("bp-e2e-ssa")) == asked


@per_user
def replace(t):
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-replace")))
    t.allowed(t.kubectl("replace", "-f", "-", stdin=blueprint("bp-e2e-replace", version="2.0.0")))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-replace"))


@per_user
def replace_banned_title(t):
    t.have(blueprint("bp-e2e-replace"))
    with t.nothing_stored():
        t.denied(t.kubectl("replace", "-f", "-", stdin=blueprint("bp-e2e-replace", version="2.0.1",
                                                                 card={"title": "Tenant Wiki"})),
                 golden="replace-banned-title")


@per_user
def replace_what_is_not_there(t):
    """A PUT creates no custom resource, so it is not a way around a CREATE."""
    with t.nothing_stored():
        status, text = t.run.api.request("PUT", BLUEPRINTS + "/wiki", blueprint("wiki"))
    assert status in (404, 409), f"{status} {text[:200]}"


@per_user
def replace_force(t):
    t.allowed(t.kubectl("create", "-f", "-", stdin=blueprint("bp-e2e-force")))
    t.allowed(t.kubectl("replace", "--force", "-f", "-", stdin=blueprint("bp-e2e-force", version="3.0.0")))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-force"))


@per_user
def replace_force_banned_title(t):
    """kubectl deletes first, so what remains after the denial is nothing."""
    t.have(blueprint("bp-e2e-force"))
    result = t.kubectl("replace", "--force", "-f", "-",
                       stdin=blueprint("bp-e2e-force", version="3.0.1", card={"title": "Tenant Wiki"}))
    t.denied(result, golden="replace-force-banned-title")
    assert t.kubectl.get("blueprint", "bp-e2e-force") is None


@per_user
def merge_patch(t):
    t.have(blueprint("bp-e2e-patch"))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--type=merge",
                        "-p", '{"spec":{"version":"1.0.1","card":{"tagline":"Write together"}}}'))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-patch"))


@per_user
def merge_patch_banned_title(t):
    t.have(blueprint("bp-e2e-patch"))
    with t.nothing_stored():
        t.denied(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--type=merge",
                           "-p", '{"spec":{"version":"1.0.2","card":{"title":"Tenant Wiki"}}}'),
                 golden="merge-patch-banned-title")


@per_user
def json_patch(t):
    t.have(blueprint("bp-e2e-patch"))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--type=json", "-p", json.dumps([
        {"op": "replace", "path": "/spec/version", "value": "1.0.3"},
        {"op": "copy", "from": "/spec/card/summary", "path": "/spec/card/description"}])))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-patch"))


@per_user
def json_patch_that_copies_a_banned_word_into_the_title(t):
    """The patch itself never spells the title: only the object that results is judged."""
    t.have(blueprint("bp-e2e-patch"))
    with t.nothing_stored():
        t.denied(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--type=json", "-p", json.dumps([
            {"op": "replace", "path": "/spec/version", "value": "1.0.4"},
            {"op": "add", "path": "/spec/card/tagline", "value": "Tenant"},
            {"op": "move", "from": "/spec/card/tagline", "path": "/spec/card/title"}])),
            golden="json-patch-moves-a-banned-title")


@per_user
def strategic_patch_is_no_way_in(t):
    t.have(blueprint("bp-e2e-patch"))
    with t.nothing_stored():
        status, _ = t.run.api.request("PATCH", BLUEPRINTS + "/bp-e2e-patch", {"spec": {"version": "7.0.0"}},
                                      "application/strategic-merge-patch+json")
    assert status == 415, status


@per_user
def no_op_patch(t):
    before = t.have(blueprint("bp-e2e-patch"))
    asked = len(t.lines_of("bp-e2e-patch"))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--type=merge", "-p", "{}"))
    assert t.kubectl.get("blueprint", "bp-e2e-patch")["metadata"]["resourceVersion"] == \
        before["metadata"]["resourceVersion"]
    assert len(t.lines_of("bp-e2e-patch")) == asked + 1, "a no-op patch asks the gate once"


@per_user
def edit_in_a_retry_storm(t):
    """Ten patches at once: conflicts are retried by the API server, and each one is judged."""
    t.have(blueprint("bp-e2e-patch"))
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        results = list(pool.map(lambda n: t.run.api.request(
            "PATCH", BLUEPRINTS + "/bp-e2e-patch", {"metadata": {"annotations": {f"e2e/{n}": "x"}}},
            "application/merge-patch+json")[0], range(10)))
    assert set(results) <= {200, 409}, results
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-patch"))


@per_user
def status(t):
    """Status is not content; a spec smuggled into a status write is dropped by the API server."""
    before = t.have(blueprint("bp-e2e-patch"))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-patch", "--subresource=status", "--type=merge",
                        "-p", '{"status":{"phase":"Published"},"spec":{"card":{"title":"Tenant Wiki"}}}'))
    after = t.kubectl.get("blueprint", "bp-e2e-patch")
    assert after["status"] == {"phase": "Published"}, after.get("status")
    assert after["spec"] == before["spec"], "a status write changed the spec"
    t.assert_allow_for_content(after)


@per_user
def status_server_side_apply(t):
    t.have(blueprint("bp-e2e-patch"))
    body = {"apiVersion": "catalyst.openova.io/v1", "kind": "Blueprint",
            "metadata": {"name": "bp-e2e-patch"}, "status": {"ociDigest": "sha256:" + "0" * 64}}
    t.allowed(t.kubectl("apply", "--server-side", "--subresource=status", "--force-conflicts",
                        "--field-manager=controller", "-f", "-", stdin=body))
    t.assert_allow_for_content(t.kubectl.get("blueprint", "bp-e2e-patch"))


@per_user
def delete(t):
    t.have(blueprint("bp-e2e-alpha"))
    t.allowed(t.kubectl("delete", "blueprint", "bp-e2e-alpha"))
    assert t.kubectl.get("blueprint", "bp-e2e-alpha") is None


@per_user
def delete_dry_run(t):
    t.have(blueprint("bp-e2e-create"))
    with t.nothing_stored():
        t.allowed(t.kubectl("delete", "--dry-run=server", "blueprint", "bp-e2e-create"))


@per_user
def deletecollection(t):
    for number in range(3):
        t.allowed(t.kubectl("create", "-f", "-",
                            stdin=blueprint(f"bp-e2e-many-{number}", labels={"e2e": "many"})))
    t.allowed(t.kubectl("delete", "--raw", BLUEPRINTS + "?labelSelector=e2e%3Dmany"))
    assert not t.kubectl.get("blueprints", "-l", "e2e=many")["items"]
