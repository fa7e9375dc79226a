"""What real cosigns write, in every shape: which there are, and how each is asked for.

A Shape is a row: which cosign, signature or attestation, how it is stored, who signs, what vouches for
the time, in which registry. shapes() lists them; Mint.make() has it written."""

import dataclasses
import itertools
import json
import os

from services import START, WORKFLOW, openssl, write

SPDX = "https://spdx.dev/Document"
PREDICATE = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "ship"}
PERSON = "captain@acme.example"
IDENTITY = {"workflow": "https://github.com/" + WORKFLOW, "person": PERSON}
KEYS = {"p256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
        "p521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
        "rsa2048": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        "rsa4096": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"),
        "ed25519": ("-algorithm", "ED25519")}
PROOFS = ("none", "v1", "v2", "tsa", "v1+tsa", "v2+tsa")


@dataclasses.dataclass(frozen=True)
class Shape:
    """`form` is legacy, oci11, bundle or file; `signer` workflow, person, own (a certificate of one's own
    authority) or a name of KEYS; `proof` one of PROOFS; `registry` r (referrers), d (none) or "" (a file);
    `more` is plain, annotated, index, second (somebody else signed before) or twice."""
    cosign: int
    what: str
    form: str
    signer: str
    proof: str
    registry: str
    more: str = "plain"

    @property
    def name(self):
        words = [self.form, self.what, f"c{self.cosign}", self.signer, self.proof.replace("+", "-")]
        return "-".join(words + [self.registry or "f"] + ([] if self.more == "plain" else [self.more]))

    @property
    def keyed(self):
        return self.signer in KEYS

    @property
    def log(self):
        return next((log for log in ("v1", "v2") if log in self.proof), "")

    @property
    def stamped(self):
        return "tsa" in self.proof

    @property
    def predicate(self):
        return SPDX if self.what == "attest" else ""


def _proofs(form, signer):
    """Those by which a signer of that kind can be trusted in that form."""
    for proof in PROOFS:
        if form in ("legacy", "oci11") and "v2" in proof:
            continue   # Rekor v2 promises nothing, and a legacy layer has no place for a proof.
        if signer not in KEYS and proof in ("none", "v2"):
            continue   # Nothing that is trusted would say when.
        yield proof


def shapes():
    """All of them, each once."""
    out = []
    for form, cosign, what in itertools.product(("bundle", "legacy"), (2, 3), ("sign", "attest")):
        for signer, registry in itertools.product(("workflow", "p256"), "rd"):
            out += [Shape(cosign, what, form, signer, proof, registry) for proof in _proofs(form, signer)]
        out.append(Shape(cosign, what, form, "person", "v1", "r"))
        for signer in [key for key in KEYS if key != "p256"]:
            out.append(Shape(cosign, what, form, signer, "none", "r"))
            logged = "v2+tsa" if form == "bundle" and cosign == 3 else "v1"
            out += [Shape(cosign, what, form, signer, proof, "r") for proof in (logged, "tsa")]
        for signer, registry in (("p256", "r"), ("workflow", "d")):
            proof = "v1+tsa" if form == "legacy" or cosign == 2 else "v2+tsa"
            if what == "sign":
                out.append(Shape(cosign, what, form, signer, proof, registry, "annotated"))
                out.append(Shape(cosign, what, form, signer, proof, registry, "index"))
            out += [Shape(cosign, what, form, signer, proof, registry, more) for more in ("second", "twice")]
    for signer in ("workflow", "p256"):
        out += [Shape(2, "sign", "oci11", signer, proof, "r") for proof in _proofs("oci11", signer)]
    for proof in ("tsa", "v1+tsa"):
        out.append(Shape(2, "sign", "legacy", "own", proof, "r"))
    for cosign, signer in itertools.product((2, 3), ("workflow", *KEYS)):
        proofs = list(_proofs("file", signer))
        out += [Shape(cosign, "sign", "file", signer, proof, "")
                for proof in (proofs if signer in ("workflow", "p256") else ("none", "v2+tsa"))]
        if cosign == 3:
            out += [Shape(3, "attest", "file", signer, proof, "") for proof in proofs[-2:]]
    return [shape for shape in dict.fromkeys(out) if not _impossible(shape)]


def sample():
    """A part that shows each signer, proof, form and cosign, in little time."""
    def chosen(shape):
        if shape.form == "file":
            return shape.signer in ("workflow", "p256", "ed25519") and shape.what == "sign"
        if shape.signer in ("workflow", "p256"):
            return shape.more == "plain" and shape.registry == "r" and (
                shape.what == "sign" or shape.proof in ("v1", "v2+tsa"))
        return shape.what == "sign" and (shape.proof != "tsa" or shape.signer == "own")
    return [shape for shape in shapes() if chosen(shape)]


ODD = ("p384", "p521", "ed25519")   # Keys whose signatures are not over SHA-256.


def _impossible(shape):
    """What cosign or the log refuse to write, as these versions are."""
    envelope = shape.what == "attest" or shape.form == "bundle"
    if shape.cosign == 2 and envelope and shape.form == "bundle" and shape.log == "v2":
        return True   # It sends a dsse entry, which Rekor v2 does not take any more.
    if shape.signer in ODD and shape.log == "v1" and (envelope or shape.cosign == 2):
        return True   # Rekor v1 verifies such an envelope by SHA-256.
    if shape.signer == "ed25519" and shape.cosign == 2 and shape.form in ("bundle", "file"):
        return True   # It checks what it wrote, and cannot.
    if shape.signer in ODD and shape.cosign == 2 and shape.form in ("bundle", "file") and shape.proof != "none":
        return True   # With a trust root it cannot check what it wrote, without one it ends in a panic.
    # verify-bundle, which judges files, has no way to do without a log.
    return shape.form == "file" and shape.signer == "workflow" and shape.proof == "tsa"


class Mint:
    """Not for several threads, except make()."""

    def __init__(self, services, cosigns, state):
        self.services = services
        self.folder = f"{state}/mint"
        os.makedirs(self.folder, exist_ok=True)
        self._cosigns = cosigns   # (version, registry's letter) -> Cosign
        three = cosigns[3, "r"]
        self.keys = {name: three.imported_key(name, *options) for name, options in KEYS.items()}
        self.stranger = three.key_pair("stranger")
        self._predicate = write(f"{self.folder}/predicate.json", json.dumps(PREDICATE))
        self._tokens = {"workflow": services.token(), "person": services.token(person=PERSON)}
        self.trusted_root = self._trusted_root(three)
        self._configs = {proof: self._signing_config(three, proof) for proof in PROOFS}
        self.own = self._own()

    def _trusted_root(self, cosign):
        s, path = self.services, f"{self.folder}/trusted_root.json"
        log = f"start-time={START},public-key="
        cosign.run("trusted-root", "create", "--out", path,
                   "--fulcio", f"url={s.fulcio},certificate-chain={s.fulcio_chain.pem},start-time={START}",
                   "--rekor", f"url={s.base},{log}{s.rekor1_key}",
                   "--rekor", f"url=http://localhost:3003,{log}{s.rekor2_key},origin=localhost",
                   "--ctfe", f"url={s.base}/ct,{log}{s.ct_key}",
                   "--tsa", f"url={s.tsa},certificate-chain={s.tsa_chain.pem},start-time={START}")
        return path

    def _signing_config(self, cosign, proof):
        s, path = self.services, f"{self.folder}/signing-{proof.replace('+', '-')}.json"
        more = f",start-time={START},operator=acme.example"
        options = ["--fulcio", f"url={s.fulcio},api-version=1{more}",
                   "--oidc-provider", f"url={s.github},api-version=1{more}"]
        if "v1" in proof:
            options += ["--rekor", f"url={s.base},api-version=1{more}", "--rekor-config", "ANY"]
        if "v2" in proof:
            options += ["--rekor", f"url=http://localhost:3003,api-version=2{more}", "--rekor-config", "ANY"]
        if "tsa" in proof:
            options += ["--tsa", f"url={s.tsa},api-version=1{more}", "--tsa-config", "ANY"]
        cosign.run("signing-config", "create", "--out", path, *options)
        return path

    def _own(self):
        """A certificate of one's own authority: root, intermediate, leaf with an email address."""
        from services import Chain   # pylint: disable=import-outside-toplevel
        chain = Chain(self.folder, "own", "codeSigning", "keyUsage=critical,digitalSignature\n"
                      f"extendedKeyUsage=codeSigning\nsubjectAltName=email:{PERSON}\n", "P-256")
        three = self._cosigns[3, "r"]
        plain = f"{self.folder}/own-pkcs8.pem"
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", chain.key, "-out", plain)
        three.run("import-key-pair", "--key", plain, "--output-key-prefix", f"{self.folder}/own-cosign")
        chain.private = f"{self.folder}/own-cosign.key"
        return chain

    def _signer(self, shape):
        if shape.keyed:
            return ["--key", self.keys[shape.signer].private]
        if shape.signer == "own":
            return ["--key", self.own.private, "--certificate", f"{self.folder}/own-leaf.crt",
                    "--certificate-chain", write(f"{self.folder}/own-ca.pem", "".join(
                        open(f"{self.folder}/own-{part}.crt", encoding="utf-8").read()   # pylint: disable=consider-using-with
                        for part in ("intermediate", "root")))]
        return ["--identity-token", self._tokens[shape.signer]]

    def _services(self, shape):
        """Options that say where certificates, log entries and timestamps come from."""
        s = self.services
        if shape.form in ("bundle", "file"):
            # cosign checks what it wrote when it has a trust root: with some keys it cannot (README).
            check = [] if shape.signer in ("ed25519", "p384", "p521") else ["--trusted-root", self.trusted_root]
            return ["--signing-config", self._configs[shape.proof], *check,
                    *(["--new-bundle-format"] if shape.cosign == 2 else [])]
        options = ["--rekor-url", s.base] if shape.log else ["--tlog-upload=false"]
        if shape.stamped:
            options += ["--timestamp-server-url", s.tsa]
        if shape.cosign == 3:
            options += ["--new-bundle-format=false", "--use-signing-config=false"]
        if not shape.keyed and shape.signer != "own":
            options += ["--fulcio-url", s.fulcio, "--oidc-issuer",
                        s.github if shape.signer == "workflow" else s.people]
        if shape.form == "oci11":
            options += ["--registry-referrers-mode=oci-1-1"]
        return options

    def make(self, shape, reference):
        """Signs `reference` (an artifact in a registry, or a file: then the bundle is REFERENCE.json)."""
        s = self.services
        cosign = self._cosigns[shape.cosign, shape.registry or "r"]
        environment = {"SIGSTORE_ROOT_FILE": s.fulcio_chain.pem, "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE": s.ct_key,
                       "SIGSTORE_REKOR_PUBLIC_KEY": s.rekor1_key, "SIGSTORE_TSA_CERTIFICATE_FILE": s.tsa_chain.pem}
        if shape.form == "oci11":
            environment["COSIGN_EXPERIMENTAL"] = "1"
        options = self._services(shape)
        signer = self._signer(shape)
        command = [shape.what + ("-blob" if shape.form == "file" else ""), "--yes"]
        if shape.what == "attest":
            command += ["--type", "spdxjson", "--predicate", self._predicate]
        if shape.form == "file":
            command += ["--bundle", reference + ".json"]
        if shape.more == "annotated":
            command += ["-a", "env=prod", "-a", "team=ships"]
        if shape.more == "index":
            command += ["--recursive"]
        if shape.more == "second":
            cosign.run(command[0], *command[1:], "--key", self.stranger.private, *options, reference,
                       environment=environment)
        for _ in range(2 if shape.more == "twice" else 1):
            cosign.run(command[0], *command[1:], *signer, *options, reference, environment=environment)
