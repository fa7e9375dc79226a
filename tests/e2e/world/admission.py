"""Blueprints whose charts were minted, as `portreeve review` admits or refuses them."""

import dataclasses
import json
import os
import subprocess

from objects import blueprint
from services import write


@dataclasses.dataclass
class Admitted:
    """How many were asked about, and what came otherwise than expected."""
    count: int = 0
    faults: list = dataclasses.field(default_factory=list)


def _blueprint(world, good):
    registry = world.registry[good.shape.registry]
    folder, _, chart = good.place.rpartition("/")
    return blueprint("bp-world", source={"url": f"oci://{registry.host}/{folder}", "chart": chart, "version": "1.0.0"})


def _policies(world, folder, authority):
    os.makedirs(folder, exist_ok=True)
    authority["metadata"]["name"] = "signer"
    head = {"apiVersion": "portreeve.openova.io/v1alpha1"}
    example = {"apiVersion": "catalyst.openova.io/v1", "kind": "Blueprint", "metadata": {"name": "bp-x"},
               "spec": {"version": "1.0.0", "source": {"url": "oci://127.0.0.1:1/x", "chart": "bp-x", "version": "1.0.0"}}}
    policy = {**head, "kind": "Policy", "metadata": {"name": "world-signed"}, "spec": {
        "description": "Charts of Blueprints are signed.",
        "match": {"artifacts": ["127.0.0.1:*/**"],
                  "objects": [{"group": "catalyst.openova.io", "kinds": ["Blueprint"]}]},
        "rules": [{"name": "signature", "severity": "critical", "check": "signature",
                   "with": {"authorities": {"any": ["signer"]}}, "message": "The chart is not signed.", "fix": "sign it"}],
        "examples": [{"name": "unsigned", "expect": "deny", "evidence": "not-found", "object": example}]}}
    write(f"{folder}/authority.json", json.dumps(authority))
    write(f"{folder}/policy.json", json.dumps(policy))
    for letter, registry in world.registry.items():
        write(f"{folder}/registry-{letter}.json", registry.document(f"registry-{letter}"))
    config = {**head, "kind": "Config", "metadata": {"name": "world"},
              "spec": {"profile": "identity", "policies": [folder], "trustRoot": world.mint.trusted_root}}
    return write(f"{folder}.json", json.dumps(config))


def run(world, goods):
    """One of each signer and kind of proof is admitted; for another's identity or key it is refused."""
    out, seen = Admitted(), set()
    for good in goods:
        shape = good.shape
        kind = (shape.signer if shape.signer == "own" else shape.keyed, shape.proof, shape.form)
        if not shape.registry or good.error or shape.what != "sign" or shape.more != "plain" or kind in seen:
            continue
        seen.add(kind)
        for trusted in (True, False):
            authority = world.authority(shape)
            if not trusted and shape.keyed:
                authority["spec"]["keys"][0]["file"] = world.mint.stranger.public
            elif not trusted:
                holder = authority["spec"].get("keyless") or authority["spec"]["certificates"]
                holder["identity"] = "stranger@acme.example"
            config = _policies(world, f"{world.state}/admission", authority)
            asked = write(f"{world.state}/blueprint.json", json.dumps(_blueprint(world, good)))
            done = subprocess.run([world.portreeve, "review", asked, "--config", config, "--format", "report"],
                                  capture_output=True, text=True, timeout=60, check=False)
            out.count += 1
            fault = _fault(trusted, done)
            if fault:
                out.faults.append(f"admission {shape.name}, {'its signer' if trusted else 'a stranger'}: {fault}")
    return out


def _fault(trusted, done):
    if trusted:   # The refusal of a stranger shows that the rule is asked.
        return "" if done.returncode == 0 else f"{done.returncode}: {done.stderr.strip()[-300:]} {done.stdout[:300]}"
    found = [finding for finding in (json.loads(done.stdout)["findings"] if done.stdout.startswith("{") else [])
             if finding["rule"] == "world-signed/signature" and finding["status"] == "fail"]
    text = json.dumps(found)
    if done.returncode != 1 or not any(reason in text for reason in
                                       ("identity-mismatch", "signature-invalid", "log-binding-signer")):
        return f"{done.returncode}, and not for its signer: {text[:500]} {done.stderr.strip()[-300:]}"
    return ""
