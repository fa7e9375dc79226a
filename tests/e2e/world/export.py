"""A few of the minted artifacts as fixtures of the unit tests (tests/fixtures/minted), so that those
replay what real services wrote without any of them: PORTREEVE_MINTED=DIR script/e2e --world."""

import json
import os
import shutil

from mint import IDENTITY
from registry import digest_of
from services import read, write
from twins import Attached

CHOSEN = ("bundle-sign-c3-workflow-v1-r", "bundle-sign-c3-workflow-v2-tsa-r", "bundle-sign-c3-workflow-tsa-r",
          "bundle-attest-c3-workflow-v2-tsa-r", "bundle-attest-c2-workflow-v1-tsa-r", "bundle-sign-c3-person-v1-r",
          "bundle-sign-c3-p256-none-r", "bundle-sign-c3-p256-v2-r", "bundle-sign-c3-p384-v2-tsa-r",
          "bundle-sign-c3-ed25519-v2-tsa-r", "bundle-attest-c3-p521-none-r", "legacy-sign-c2-workflow-v1-r",
          "legacy-sign-c2-workflow-tsa-r", "legacy-sign-c3-workflow-v1-tsa-r", "legacy-sign-c2-ed25519-none-r",
          "legacy-sign-c3-rsa2048-v1-r", "legacy-attest-c2-workflow-v1-tsa-r", "legacy-attest-c3-workflow-tsa-r",
          "legacy-attest-c3-p256-v1-tsa-r", "file-sign-c3-workflow-v2-tsa-f", "file-sign-c2-workflow-v1-tsa-f",
          "file-sign-c3-p256-v2-f", "file-sign-c3-ed25519-v2-tsa-f", "file-attest-c3-workflow-v2-tsa-f")


def _case(world, good):
    shape = good.shape
    case = {"name": shape.name, "signer": shape.signer, "log": shape.log, "stamped": shape.stamped,
            "predicateType": shape.predicate}
    if shape.form == "file":
        artifact = read(good.place)
        return {**case, "artifact": artifact, "digest": digest_of(artifact.encode()), "mediaType": "",
                "blob": read(good.place + ".json"), "annotations": {}}
    layer, blob = Attached(world.registry[shape.registry], good).parts[0][1][0]
    return {**case, "digest": good.digest, "mediaType": layer["mediaType"], "blob": blob.decode(),
            "annotations": layer.get("annotations", {})}


def write_all(world, goods, folder):
    """One file a case, the trust root, the public keys. The folder's README is left alone."""
    os.makedirs(folder, exist_ok=True)
    shutil.copy(world.mint.trusted_root, f"{folder}/trusted_root.json")
    named = {good.shape.name: good for good in goods if not good.error}
    for name in CHOSEN:
        write(f"{folder}/{name}.json", json.dumps(_case(world, named[name]), indent=1) + "\n")
    for name, key in world.mint.keys.items():
        shutil.copy(key.public, f"{folder}/{name}.pub")
    write(f"{folder}/signers.json", json.dumps(
        {"issuers": {"workflow": world.services.github, "person": world.services.people}, "identities": IDENTITY},
        indent=1) + "\n")
