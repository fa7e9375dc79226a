"""Tampered twins: the same artifact in another repository, and what is about it there with something
changed. A change says which reasons (docs/signatures.md) may refuse it; any other is a failure."""

import base64
import dataclasses
import json
import typing

from registry import OCI_INDEX, OCI_MANIFEST, compact, descriptor, digest_of

SIGNATURE, CERTIFICATE = "dev.cosignproject.cosign/signature", "dev.sigstore.cosign/certificate"
ENTRY, STAMP = "dev.sigstore.cosign/bundle", "dev.sigstore.cosign/rfc3161timestamp"
SIMPLE, ENVELOPE = "application/vnd.dev.cosign.simplesigning.v1+json", "application/vnd.dsse.envelope.v1+json"
# Of signatures that are no number pair any more, and of bytes that are no certificate.
BROKEN_SIGNATURE = ("signature-invalid", "log-binding-signature", "timestamp-invalid")


def flip(data, at=-5):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def flip64(text, at=-5):
    return base64.b64encode(flip(base64.b64decode(text), at)).decode()


def _other_digit(hexadecimal):
    """Whatever it begins with: a log's key is made anew in each run."""
    return ("1" if hexadecimal[0] == "0" else "0") + hexadecimal[1:]


@dataclasses.dataclass
class Change:
    """`edit(value, other)` gets a bundle as a value, or a Legacy layer, and another good's of the same
    shape; it changes the value, or returns bytes to be used instead."""
    name: str
    reasons: tuple
    edit: typing.Callable
    applies: typing.Callable = lambda shape: True


@dataclasses.dataclass
class Legacy:
    """A layer of .sig or .att."""
    notes: dict
    blob: bytes
    media_type: str

    def entry(self, change):
        value = json.loads(self.notes[ENTRY])
        change(value)
        self.notes[ENTRY] = json.dumps(value)

    def body(self, change):
        def edit(value):
            body = json.loads(base64.b64decode(value["Payload"]["body"]))
            change(body)
            value["Payload"]["body"] = base64.b64encode(compact(body)).decode()
        self.entry(edit)

    def envelope(self, change):
        value = json.loads(self.blob)
        change(value)
        self.blob = compact(value)


# Bundles -----------------------------------------------------------------------------------------


def _content(bundle):
    return bundle.get("dsseEnvelope") or bundle["messageSignature"]


def _bundle_signature(bundle, change):
    if "dsseEnvelope" in bundle:
        one = bundle["dsseEnvelope"]["signatures"][0]
        one["sig"] = change(one["sig"])
    else:
        bundle["messageSignature"]["signature"] = change(bundle["messageSignature"]["signature"])


def _payload(bundle, old, new):
    envelope = bundle["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    assert old in payload, payload
    envelope["payload"] = base64.b64encode(payload.replace(old, new, 1)).decode()


def _entry(bundle):
    return bundle["verificationMaterial"]["tlogEntries"][0]


def _proof(bundle):
    return _entry(bundle)["inclusionProof"]


def _stamps(bundle):
    return bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]


def _set(holder, key, value):
    holder[key] = value


def _repeat_key(bundle, _):
    """JSON with a key twice: readers differ on which one counts."""
    text = json.dumps(bundle)
    return text.replace('{"mediaType"', '{"mediaType": "application/json", "mediaType"', 1).encode()


def _other_case(bundle, _):
    value = bundle.pop("verificationMaterial")
    bundle["VerificationMaterial"] = value


def _checkpoint(change):
    def edit(bundle, _):
        note = _proof(bundle)["checkpoint"]
        note["envelope"] = change(note["envelope"])
    return edit


def _checkpoint_size(text):
    lines = text.split("\n")
    lines[1] = str(int(lines[1]) + 1)
    return "\n".join(lines)


def _checkpoint_signature(text):
    head, _, signature = text.rstrip("\n").rpartition(" ")
    return f"{head} {flip64(signature)}\n"


def _swap(part):
    def edit(bundle, other):
        material, theirs = bundle["verificationMaterial"], other["verificationMaterial"]
        material[part] = theirs[part]
    return edit


def _dsse(shape):
    return shape.what == "attest" or shape.form != "file"


def _logged(shape):
    return bool(shape.log)


def _stamped(shape):
    return shape.stamped


def _keyless(shape):
    return not shape.keyed


def _other_path(hashes):
    """The first entry of a log has none while it is alone."""
    return [flip64(hashes[0]), *hashes[1:]] if hashes else [base64.b64encode(bytes(32)).decode()]


LOG_PROOF = ("log-proof-mismatch", "log-proof-malformed", "log-proof-root", "checkpoint-signature")
BUNDLE = [
    Change("signature-flipped", BROKEN_SIGNATURE, lambda b, o: _bundle_signature(b, flip64)),
    Change("signature-swapped", BROKEN_SIGNATURE,
           lambda b, o: _bundle_signature(b, lambda _: (_content(o).get("signature")
                                                        or _content(o)["signatures"][0]["sig"]))),
    Change("bundle-swapped", ("subject-mismatch", "digest-mismatch", "signature-invalid"), lambda b, o: compact(o)),
    Change("payload-space", ("signature-invalid", "log-binding-digest"),
           lambda b, o: _payload(b, b'"predicateType"', b' "predicateType"'), _dsse),
    Change("statement-type", ("statement-type",), lambda b, o: _payload(b, b"in-toto.io/Statement/v", b"in-toto.io/Statement/w"),
           _dsse),
    Change("payload-type", ("payload-type",), lambda b, o: _set(b["dsseEnvelope"], "payloadType", "application/json"), _dsse),
    Change("predicate-type", ("predicate-type", "not-a-signature", "signature-invalid"),
           lambda b, o: _payload(b, b'"predicateType":"https://', b'"predicateType":"http://'),
           lambda s: _dsse(s) and s.registry != ""),
    Change("media-type", ("bundle-version",),
           lambda b, o: _set(b, "mediaType", "application/vnd.dev.sigstore.bundle.v0.9+json")),
    Change("key-twice", ("bundle-malformed",), _repeat_key),
    Change("key-case", ("bundle-malformed",), _other_case),
    Change("unknown-field", ("bundle-malformed",), lambda b, o: _set(b, "restrictions", ["none"])),
    Change("signature-twice", ("envelope-signatures",),
           lambda b, o: b["dsseEnvelope"]["signatures"].append(b["dsseEnvelope"]["signatures"][0]), _dsse),
    Change("log-removed", ("log-entry-missing",), lambda b, o: b["verificationMaterial"].pop("tlogEntries"), _logged),
    Change("log-swapped", ("log-binding-signature", "log-binding-signer", "log-binding-digest"), _swap("tlogEntries"), _logged),
    Change("log-twice", ("log-entry-duplicate",),
           lambda b, o: b["verificationMaterial"]["tlogEntries"].append(_entry(b)), _logged),
    Change("log-body", ("log-entry-malformed", "log-binding-signature", "log-proof-mismatch", "log-entry-kind"),
           lambda b, o: _set(_entry(b), "canonicalizedBody", flip64(_entry(b)["canonicalizedBody"], 60)), _logged),
    Change("log-kind", ("log-entry-kind",),
           lambda b, o: _set(_entry(b), "kindVersion", {"kind": "intoto", "version": "0.0.2"}), _logged),
    Change("log-unknown", ("log-unknown",),
           lambda b, o: _set(_entry(b)["logId"], "keyId", flip64(_entry(b)["logId"]["keyId"])), _logged),
    Change("proof-removed", ("log-proof-missing",), lambda b, o: _entry(b).pop("inclusionProof"), _logged),
    Change("proof-index", LOG_PROOF + ("log-entry-malformed",),
           lambda b, o: _set(_proof(b), "logIndex", str(int(_proof(b).get("logIndex", "0")) + 1)), _logged),
    Change("proof-hash", LOG_PROOF,
           lambda b, o: _set(_proof(b), "hashes", _other_path(_proof(b).get("hashes", []))), _logged),
    Change("proof-root", ("log-proof-root",), lambda b, o: _set(_proof(b), "rootHash", flip64(_proof(b)["rootHash"])), _logged),
    Change("checkpoint-removed", ("checkpoint-missing",), lambda b, o: _proof(b).pop("checkpoint"), _logged),
    Change("checkpoint-size", ("log-proof-root", "checkpoint-signature", "log-proof-malformed", "log-proof-mismatch"),
           _checkpoint(_checkpoint_size), _logged),
    Change("checkpoint-signature", ("checkpoint-signature", "checkpoint-unsigned"), _checkpoint(_checkpoint_signature), _logged),
    Change("checkpoint-origin", ("checkpoint-origin", "checkpoint-unsigned", "checkpoint-signature"),
           _checkpoint(lambda text: "x" + text), _logged),
    Change("promise-flipped", ("log-promise-signature",),
           lambda b, o: _set(_entry(b)["inclusionPromise"], "signedEntryTimestamp",
                             flip64(_entry(b)["inclusionPromise"]["signedEntryTimestamp"])), lambda s: s.log == "v1"),
    Change("promise-time", ("log-promise-signature",),
           lambda b, o: _set(_entry(b), "integratedTime", str(int(_entry(b)["integratedTime"]) - 1)), lambda s: s.log == "v1"),
    Change("stamps-removed", ("timestamp-missing",),
           lambda b, o: b["verificationMaterial"].pop("timestampVerificationData"), _stamped),
    Change("stamp-swapped", ("timestamp-invalid",), _swap("timestampVerificationData"), _stamped),
    Change("stamp-flipped", ("timestamp-invalid",),
           lambda b, o: _set(_stamps(b)[0], "signedTimestamp", flip64(_stamps(b)[0]["signedTimestamp"])), _stamped),
    Change("stamp-twice", ("timestamp-duplicate",), lambda b, o: _stamps(b).append(_stamps(b)[0]), _stamped),
    Change("certificate-flipped", ("certificate-chain", "certificate-malformed", "log-binding-signer", "signature-invalid"),
           lambda b, o: _set(b["verificationMaterial"]["certificate"], "rawBytes",
                             flip64(b["verificationMaterial"]["certificate"]["rawBytes"])), _keyless),
    Change("certificate-swapped", ("signature-invalid", "log-binding-signer", "issuer-mismatch", "identity-mismatch"), _swap("certificate"), _keyless),
    Change("certificate-removed", ("bundle-material",), lambda b, o: b["verificationMaterial"].pop("certificate"), _keyless),
    Change("digest-flipped", ("digest-mismatch",),
           lambda b, o: _set(b["messageSignature"]["messageDigest"], "digest",
                             flip64(b["messageSignature"]["messageDigest"]["digest"])),
           lambda s: not _dsse(s) and s.signer != "ed25519"),   # It is given none.
]


# Legacy layers -----------------------------------------------------------------------------------


def _signed(shape):
    return shape.what == "sign"


def _attested(shape):
    return shape.what == "attest"


def _legacy_signature(layer, change):
    if layer.notes.get(SIGNATURE):
        layer.notes[SIGNATURE] = change(layer.notes[SIGNATURE])
    else:
        layer.envelope(lambda e: _set(e["signatures"][0], "sig", change(e["signatures"][0]["sig"])))


def _legacy_payload(layer, old, new):
    if layer.media_type == SIMPLE:
        assert old in layer.blob, layer.blob
        layer.blob = layer.blob.replace(old, new, 1)
    else:
        layer.envelope(lambda e: _payload({"dsseEnvelope": e}, old, new))


def _flip_certificate(layer, _):
    lines = layer.notes[CERTIFICATE].strip().split("\n")
    der = base64.b64decode("".join(lines[1:-1]))
    layer.notes[CERTIFICATE] = "\n".join([lines[0], base64.b64encode(flip(der)).decode(), lines[-1], ""])


def _swap_note(name):
    def edit(layer, other):
        layer.notes[name] = other.notes[name]
    return edit


def _whole(layer, other):
    layer.notes, layer.blob = dict(other.notes), other.blob


def _flip_stamp(layer, _):
    value = json.loads(layer.notes[STAMP])
    value["SignedRFC3161Timestamp"] = flip64(value["SignedRFC3161Timestamp"])
    layer.notes[STAMP] = json.dumps(value)


def _certified(shape):
    return not shape.keyed


def _fulcio(shape):
    return not shape.keyed and shape.signer != "own"


LEGACY = [
    Change("signature-flipped", BROKEN_SIGNATURE, lambda l, o: _legacy_signature(l, flip64)),
    Change("layer-swapped", ("digest-mismatch", "subject-mismatch"), _whole),
    Change("payload-type-word", ("payload-malformed",),
           lambda l, o: _legacy_payload(l, b"cosign container image signature", b"cosign container image signatura"), _signed),
    Change("payload-key-case", ("payload-malformed",),
           lambda l, o: _legacy_payload(l, b'"docker-manifest-digest"', b'"Docker-manifest-digest"'), _signed),
    Change("payload-key-twice", ("payload-malformed",),
           lambda l, o: _legacy_payload(l, b'"image":{', b'"image":{"docker-manifest-digest":"sha256:00",'), _signed),
    Change("payload-space", ("signature-invalid", "log-binding-digest"),
           lambda l, o: _legacy_payload(l, b'"critical":', b' "critical":'), _signed),
    Change("statement-space", ("signature-invalid", "log-binding-digest"),
           lambda l, o: _legacy_payload(l, b'"predicateType":', b' "predicateType":'), _attested),
    Change("statement-type", ("statement-type",),
           lambda l, o: _legacy_payload(l, b"in-toto.io/Statement/v", b"in-toto.io/Statement/w"), _attested),
    Change("predicate-type", ("predicate-type",),
           lambda l, o: _legacy_payload(l, b'"predicateType":"https://', b'"predicateType":"http://'), _attested),
    Change("log-removed", ("log-entry-missing",), lambda l, o: l.notes.pop(ENTRY), _logged),
    Change("log-swapped", ("log-binding-signature", "log-binding-signer", "log-binding-digest"), _swap_note(ENTRY), _logged),
    Change("promise-flipped", ("log-promise-signature",),
           lambda l, o: l.entry(lambda e: _set(e, "SignedEntryTimestamp", flip64(e["SignedEntryTimestamp"]))), _logged),
    Change("promise-time", ("log-promise-signature",),
           lambda l, o: l.entry(lambda e: _set(e["Payload"], "integratedTime", e["Payload"]["integratedTime"] - 1)), _logged),
    Change("promise-index", ("log-promise-signature",),
           lambda l, o: l.entry(lambda e: _set(e["Payload"], "logIndex", e["Payload"]["logIndex"] + 1)), _logged),
    Change("log-unknown", ("log-unknown",),
           lambda l, o: l.entry(lambda e: _set(e["Payload"], "logID", _other_digit(e["Payload"]["logID"]))), _logged),
    Change("log-kind", ("log-entry-kind",), lambda l, o: l.body(lambda b: _set(b, "kind", "rekord")), _logged),
    Change("stamp-removed", ("timestamp-missing",), lambda l, o: l.notes.pop(STAMP), _stamped),
    Change("stamp-swapped", ("timestamp-invalid",), _swap_note(STAMP), _stamped),
    Change("stamp-flipped", ("timestamp-invalid",), _flip_stamp, _stamped),
    Change("certificate-removed", ("certificate-expected",), lambda l, o: l.notes.pop(CERTIFICATE), _certified),
    Change("certificate-flipped", ("certificate-chain", "certificate-malformed", "log-binding-signer"), _flip_certificate,
           _certified),
    Change("certificate-swapped", ("signature-invalid", "log-binding-signer", "issuer-mismatch", "identity-mismatch"), _swap_note(CERTIFICATE), _fulcio),
    Change("media-type", ("unsigned",), lambda l, o: setattr(l, "media_type", "application/json")),
]


def changes(shape):
    """Those that make sense for a shape."""
    return [change for change in (BUNDLE if shape.form in ("bundle", "file") else LEGACY) if change.applies(shape)]


# Copies with a change ----------------------------------------------------------------------------


class Attached:
    """What is about a good, as it lies in its registry: manifests, layers, where each is listed."""

    def __init__(self, registry, good):
        self.registry, self.good = registry, good
        self.stem = good.digest.replace(":", "-")
        tagged = {digest_of(found[0]): suffix for suffix in (".sig", ".att")
                  if (found := registry.manifest(good.place, self.stem + suffix))}
        self.parts = []   # (manifest, [(layer descriptor, blob)], suffix or "")
        for digest in registry.referring(good.place, good.digest):
            manifest = json.loads(registry.manifest(good.place, digest)[0])
            blobs = [(layer, registry.blob(good.place, layer["digest"])) for layer in manifest["layers"]]
            self.parts.append((manifest, blobs, tagged.get(digest, "")))

    def value(self, part=0, layer=0):
        """The first layer, as a Change wants it."""
        descriptor_, blob = self.parts[part][1][layer]
        if "sigstore.bundle" in descriptor_["mediaType"]:
            return json.loads(blob)
        return Legacy(dict(descriptor_.get("annotations", {})), blob, descriptor_["mediaType"])

    def push(self, name, change, other):
        """A twin as repository `name`; every layer of every manifest is changed. Returns its target."""
        registry = self.registry
        registry.copy(self.good.place, self.good.digest, registry, name, "1.0.0")
        listed = []
        for part, (manifest, blobs, suffix) in enumerate(self.parts):
            layers = []
            for index, (layer, _) in enumerate(blobs):
                value = self.value(part, index)
                replaced = change.edit(value, other)
                replaced = replaced if isinstance(replaced, bytes) else None
                if isinstance(value, Legacy):
                    blob, notes, kind = value.blob, {"annotations": value.notes}, value.media_type
                else:
                    blob, notes, kind = replaced or compact(value), {}, layer["mediaType"]
                registry.push_blob(name, blob)
                layers.append({**layer, **notes, **descriptor(kind, blob)})
            registry.push_blob(name, registry.blob(self.good.place, manifest["config"]["digest"]))
            data = compact({**manifest, "layers": layers})
            digest = registry.push_manifest(name, data, self.stem + suffix if suffix else None)
            if not suffix:
                listed.append({"mediaType": OCI_MANIFEST, "digest": digest, "size": len(data)})
        if listed and registry.name == "registry":   # No referrers API: clients keep a list.
            registry.push_manifest(name, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": listed}, self.stem)
        return f"oci://{registry.host}/{name}:1.0.0"
