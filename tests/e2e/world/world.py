"""One run's world: the services, two registries, what cosign minted there, and the product's judgement."""

import concurrent.futures
import dataclasses
import json
import os
import subprocess

from cosign import Cosign
from registry import OCI_INDEX, Registry, descriptor
from mint import IDENTITY, Mint, Shape
from services import Services, write

PLATFORMS = ("amd64", "arm64")


@dataclasses.dataclass
class Good:
    """Something that cosign signed."""
    shape: Shape
    place: str        # a repository, or a file
    digest: str = ""
    error: str = ""   # why cosign did not


class World:
    """Has what Registry and Cosign ask of a run. `program` finds a component by its name."""

    def __init__(self, state, portreeve, program):
        self.state = state
        self.portreeve = portreeve
        self.program = program
        self.registries = []
        for name in ("log", "pids", "home", "world"):
            os.makedirs(f"{state}/{name}", exist_ok=True)
        self.services = Services(state, program)
        self.registry = {"r": Registry.referrers(self), "d": Registry.debian(self)}
        cosigns = {(version, letter): Cosign(self, version, registry)
                   for letter, registry in self.registry.items() for version in (2, 3)}
        self.three = {letter: cosigns[3, letter] for letter in "rd"}
        self.mint = Mint(self.services, cosigns, state)

    def close(self):
        for registry in self.registries:
            registry.stop()
        self.services.stop()

    # Minting ---------------------------------------------------------------------------------

    def reference(self, good):
        if not good.shape.registry:
            return good.place
        return f"{self.registry[good.shape.registry].host}/{good.place}:1.0.0"

    def _artifact(self, shape):
        content = b"what " + shape.name.encode() + b" is about"
        if not shape.registry:
            return Good(shape, write(f"{self.state}/world/{shape.name}", content))
        registry, place = self.registry[shape.registry], "world/" + shape.name
        if shape.more != "index":
            return Good(shape, place, registry.push_artifact(place, "1.0.0", content))
        entries = []
        for platform in PLATFORMS:
            digest = registry.push_artifact(place, platform, content + platform.encode())
            data = registry.manifest(place, digest)[0]
            entries.append(descriptor("application/vnd.oci.image.manifest.v1+json", data,
                                      platform={"os": "linux", "architecture": platform}))
        return Good(shape, place, registry.push_manifest(
            place, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, "1.0.0"))

    def make(self, shapes):
        """A Good for each, in their order; a failure of cosign is noted in it."""
        goods = [self._artifact(shape) for shape in shapes]

        def one(good):
            try:
                # By digest: that is what it then writes about, and it saves it a question.
                self.mint.make(good.shape, good.place if not good.shape.registry else
                               self.reference(good).rpartition(":")[0] + "@" + good.digest)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                good.error = str(error)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(one, goods))
        return goods

    # Judging ---------------------------------------------------------------------------------

    def authority(self, shape, **change):
        """Who must have signed `shape`, and with everything that it has: a log entry, a timestamp."""
        spec = {"repositories": ["127.0.0.1:*/**"]}
        if shape.keyed:
            spec["keys"] = [{"file": self.mint.keys[shape.signer].public}]
        elif shape.signer == "own":
            spec["certificates"] = {"roots": self.mint.own.root, "intermediates": f"{self.mint.folder}/own-intermediate.crt",
                                    "identity": IDENTITY["person"]}
        else:
            issuer = self.services.github if shape.signer == "workflow" else self.services.people
            spec["keyless"] = {"issuer": issuer, "identity": IDENTITY[shape.signer]}
        spec["log"] = "required" if shape.log else "none"
        spec["timestamp"] = "required" if shape.stamped else "optional"
        spec.update(change)
        return {"apiVersion": "portreeve.openova.io/v1alpha1", "kind": "Authority", "metadata": {"name": "signer"},
                "spec": spec}

    def audit(self, letter, targets, authority, *options, trusted_root=None):
        """The product's report of each target (of one registry), in their order."""
        registry = self.registry[letter]
        listed = write(f"{self.state}/targets", "".join(target + "\n" for target in targets))
        asked = write(f"{self.state}/authority.json", json.dumps(authority))
        done = subprocess.run(
            [self.portreeve, "audit", f"list:{listed}", "--authority", asked, "--trusted-root",
             trusted_root or self.mint.trusted_root, "--docker-config", f"{registry.docker_config}/config.json",
             "--ca", registry.ca, "--format", "json", *options],
            capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode in (0, 1, 3), f"audit: {done.returncode} {done.stderr}"
        subjects = json.loads(done.stdout)["subjects"]
        assert len(subjects) == len(targets), f"{len(subjects)} reports of {len(targets)} targets"
        return subjects

    def verify_bundle(self, shape, bundle, artifact, *options, trusted_root=None):
        """(exit status, text)."""
        if shape.keyed:
            who = ["--key", self.mint.keys[shape.signer].public]
        else:
            who = ["--certificate-identity", IDENTITY[shape.signer], "--certificate-oidc-issuer", self.services.github]
        done = subprocess.run([self.portreeve, "verify-bundle", "--bundle", bundle, *(options or who), "--trusted-root",
                               trusted_root or self.mint.trusted_root, artifact],
                              capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr
