"""`portreeve audit` over what real cosign writes, and over tampered twins of it."""

import base64
import itertools
import json
import subprocess

from registry import OCI_MANIFEST, compact, descriptor
from signing import Signing
from suite import once

SPDX = "https://spdx.dev/Document"
PREDICATE = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "ship"}


class Audit:
    """One call of the product over many targets: its JSON report by target."""

    def __init__(self, run, registry, targets, *options):
        path = f"{run.state}/targets"
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(target + "\n" for target in targets))
        done = subprocess.run(
            [run.portreeve, "audit", f"list:{path}", "--docker-config", f"{registry.docker_config}/config.json",
             "--ca", registry.ca, "--format", "json", *options],
            capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode in (0, 1, 3), f"audit: {done.returncode} {done.stderr}"
        self.exit = done.returncode
        self.report = json.loads(done.stdout)
        subjects = self.report["subjects"]
        assert len(subjects) == len(targets), f"{len(subjects)} reports of {len(targets)} targets"
        self.of = dict(zip(targets, subjects))

    def reasons(self, target):
        return [c.get("reason", "") for c in self.of[target]["candidates"]]

    def accepted(self, target):
        subject = self.of[target]
        good = [c for c in subject.get("candidates", []) if c["accepted"]]
        assert subject["verdict"] == "allow" and good, f"{target}: {json.dumps(subject)[:900]}"
        return good

    def refused(self, target, reason):
        subject = self.of[target]
        assert subject["verdict"] == "deny", f"{target}: {json.dumps(subject)[:900]}"
        assert not any(c["accepted"] for c in subject["candidates"]), target
        assert any(r.startswith(reason) for r in self.reasons(target)), \
            f"{target}: no {reason} in {self.reasons(target)}"


def flipped(text):
    """Base64 of other bytes: one bit of the last byte but four, which is part of a number."""
    data = bytearray(base64.b64decode(text))
    data[-5] ^= 1
    return base64.b64encode(bytes(data)).decode()


def each_layer(registry, repository, reference, target, change):
    """The manifest again, for the repository `target`, with `change(layer, blob)` -> (layer, blob) done to
    every layer."""
    manifest = json.loads(registry.manifest(repository, reference)[0])
    layers = []
    for layer in manifest["layers"]:
        layer, blob = change(layer, registry.blob(repository, layer["digest"]))
        registry.push_blob(target, blob)
        layers.append({**layer, **descriptor(layer["mediaType"], blob)})
    return {**manifest, "layers": layers}


SIGNATURE = "dev.cosignproject.cosign/signature"


def flip_signature(layer, blob):
    """One bit of the signature, wherever the shape keeps it."""
    if layer["annotations"].get(SIGNATURE) if "annotations" in layer else None:
        notes = {**layer["annotations"], SIGNATURE: flipped(layer["annotations"][SIGNATURE])}
        return {**layer, "annotations": notes}, blob
    value = json.loads(blob)
    envelope = value.get("dsseEnvelope", value)
    envelope["signatures"][0]["sig"] = flipped(envelope["signatures"][0]["sig"])
    return layer, compact(value)


def change_payload(layer, blob):
    """What is signed, by one character that changes no structure."""
    if "annotations" in layer and layer["annotations"].get(SIGNATURE):
        return layer, blob.replace(b"cosign container image signature", b"cosign container image signaturf")
    value = json.loads(blob)
    envelope = value.get("dsseEnvelope", value)
    payload = base64.b64decode(envelope["payload"])
    assert b'"predicateType"' in payload
    envelope["payload"] = base64.b64encode(payload.replace(b'"predicate":{', b'"predicate":{"x":1,', 1)
                                           .replace(b'{"x":1,}', b'{"x":1}')).decode()
    return layer, compact(value)


def twin(s, registry, repository, tag, name, change):
    """A copy of the artifact in another repository, and its signatures there with something changed."""
    digest = registry.copy(repository, tag, registry, name, tag)
    stem = digest.replace(":", "-")
    for other in registry.referring(repository, digest):
        raw = json.loads(registry.manifest(repository, other)[0])
        for part in [raw["config"], *raw["layers"]]:
            registry.push_blob(name, registry.blob(repository, part["digest"]))
        changed = compact(each_layer(registry, repository, other, name, change))
        suffix = next((suffix for suffix in (".sig", ".att")
                       if (found := registry.manifest(repository, stem + suffix))
                       and json.loads(found[0]) == raw), None)
        pushed = registry.push_manifest(name, changed, stem + suffix if suffix else None)
        if not suffix and registry is s.debian:   # No referrers API: clients keep a list.
            registry.push_manifest(name, {
                "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                "manifests": [{"mediaType": OCI_MANIFEST, "digest": pushed, "size": len(changed)}]}, stem)
    return f"oci://{registry.host}/{name}:{tag}"


def artifacts(s, registry):
    """(what, repository, predicate type or "") of what cosign wrote, each once."""
    out = []
    for cosign in s.cosigns(registry):
        for what in ("sign", "attest"):
            repository = f"audit/{what}-{cosign.version}"
            s.push(registry, repository, "1.0")
            reference = f"{registry.host}/{repository}:1.0"
            if what == "sign":
                cosign.sign(reference, s.release, "-a", "env=prod")
            else:
                cosign.attest(reference, s.release, "spdxjson", PREDICATE)
            out.append((what, repository, SPDX if what == "attest" else ""))
    return out


@once
def audit_accepts_what_cosign_wrote(run):
    """Signatures and attestations of both versions, in both registries; tampered twins are refused, each
    with its reason; the printed commands say the same."""
    s = Signing.of(run)
    for registry in (s.debian, s.referrers):
        written = artifacts(s, registry)
        for kind in ("", SPDX):
            mine = [(what, repository) for what, repository, t in written if t == kind]
            options = ["--predicate-type", kind] if kind else []
            good = [f"oci://{registry.host}/{repository}:1.0" for _, repository in mine]
            cut = {twin(s, registry, repository, "1.0", f"cut/{repository}", flip_signature)
                   for _, repository in mine}
            changed = {twin(s, registry, repository, "1.0", f"changed/{repository}", change_payload)
                       for _, repository in mine}
            audit = Audit(run, registry, [*good, *sorted(cut), *sorted(changed)], "--key", s.release.public,
                          *options)
            assert audit.exit == 1, audit.exit
            three = s.cosigns(registry)[1]
            for target in good:
                for candidate in audit.accepted(target):
                    code, text = three.shell(candidate["command"])
                    assert code == 0, f"{candidate['command']}: {code} {text[-600:]}"
            for target in cut:
                audit.refused(target, "signature-invalid")
            for target in changed:
                audit.refused(target, "payload-malformed" if target.endswith("sign-2:1.0")
                              else "signature-invalid")
            stranger = Audit(run, registry, good, "--key", s.stranger.public, *options)
            for target in good:
                stranger.refused(target, "signature-invalid")


@once
def audit_asks_for_the_right_kind(run):
    """An attestation is no signature, a signature no attestation."""
    s = Signing.of(run)
    three = s.cosigns(s.referrers)[1]
    s.push(s.referrers, "audit/kinds", "1.0")
    reference = f"{s.referrers.host}/audit/kinds:1.0"
    three.attest(reference, s.release, "spdxjson", PREDICATE)
    target = f"oci://{reference}"
    Audit(run, s.referrers, [target], "--key", s.release.public).refused(target, "not-a-signature")
    three.sign(reference, s.release)
    Audit(run, s.referrers, [target], "--key", s.release.public).accepted(target)
    Audit(run, s.referrers, [target], "--key", s.release.public, "--predicate-type",
          "https://cyclonedx.org/bom").refused(target, "predicate-type")


@once
def audit_reads_layouts_and_archives(run):
    """A saved layout, and a tar of it, with the registry's answers; the printed commands agree."""
    s = Signing.of(run)
    for cosign in s.cosigns(s.referrers):
        repository = f"audit/layout-{cosign.version}"
        s.push(s.referrers, repository, "1.0")
        cosign.sign(f"{s.referrers.host}/{repository}:1.0", s.release)
        cosign.attest(f"{s.referrers.host}/{repository}:1.0", s.release, "spdxjson", PREDICATE)
        folder = f"{run.state}/saved-{cosign.version}"
        s.referrers.save_layout(folder, repository, "1.0")
        subprocess.run(["tar", "-cf", f"{folder}.tar", "-C", folder, "."], check=True)
        for target in (f"oci-layout:{folder}", f"oci-layout:{folder}:1.0", f"oci-archive:{folder}.tar"):
            for options in ([], ["--predicate-type", SPDX]):
                audit = Audit(run, s.referrers, [target], "--key", s.release.public, *options)
                for candidate in audit.accepted(target):
                    if cosign.version == 3:
                        code, text = cosign.shell(candidate["command"])
                        assert code == 0, f"{candidate['command']}: {code} {text[-600:]}"


@once
def keys_of_every_kind(run):
    """Keys that cosign imported: what it then writes is accepted, whatever hash or form it chose."""
    s = Signing.of(run)
    kinds = {"p256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
             "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
             "p521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
             "rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
             "ed25519": ("-algorithm", "ED25519")}
    for cosign in s.cosigns(s.referrers):
        for kind, algorithm in kinds.items():
            key = cosign.imported_key(f"{kind}-{cosign.version}", *algorithm)
            repository = f"audit/key-{kind}-{cosign.version}"
            s.push(s.referrers, repository, "1.0")
            cosign.sign(f"{s.referrers.host}/{repository}:1.0", key)
            target = f"oci://{s.referrers.host}/{repository}:1.0"
            Audit(run, s.referrers, [target], "--key", key.public).accepted(target)


@once
def offline_bundles(run):
    """What `cosign sign-blob` and `attest-blob` write is verified by verify-bundle; a changed artifact is
    not."""
    s = Signing.of(run)
    three = s.cosigns(s.referrers)[1]
    blob, other = f"{run.state}/blob", f"{run.state}/blob-other"
    for path, content in ((blob, b"some bytes"), (other, b"some bytez")):
        with open(path, "wb") as file:
            file.write(content)
    with open(f"{run.state}/blob-predicate", "w", encoding="utf-8") as file:
        json.dump(PREDICATE, file)
    edwards = three.imported_key("ed25519-3", "-algorithm", "ED25519")
    bundles = {"sign-blob": [], "attest-blob": ["--type", "spdxjson", "--predicate", f"{run.state}/blob-predicate"]}
    for (command, options), key in itertools.product(bundles.items(), (s.release, edwards)):
        bundle = f"{run.state}/{command}.json"
        three.run(command, "--yes", "--key", key.private, "--bundle", bundle, *three.no_log(), *options, blob)
        for artifact, want in ((blob, 0), (other, 1)):
            done = subprocess.run([run.portreeve, "verify-bundle", "--bundle", bundle, "--key",
                                   key.public, artifact], capture_output=True, text=True, check=False)
            assert done.returncode == want, f"{command} {artifact}: {done.returncode} {done.stderr}"
            if want:
                assert "mismatch" in done.stderr or "signature-invalid" in done.stderr, done.stderr
