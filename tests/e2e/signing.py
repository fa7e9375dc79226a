"""What the cases about signatures share: registries, keys, cosign, and charts to sign."""

import json
import os
import shutil

from cosign import Cosign
from registry import Registry

CHART = b"a chart's archive, as far as signatures go"


class Signing:
    """One for the whole run: starting and key making take seconds."""

    _one = None

    @staticmethod
    def of(run):
        if Signing._one is None:
            Signing._one = Signing(run)
        return Signing._one

    def __init__(self, run):
        self.run = run
        self.debian = Registry.debian(run)
        self.referrers = Registry.referrers(run)
        self.debian.short, self.referrers.short = "d", "r"
        self._cosigns = {registry.name: [Cosign(run, version, registry) for version in (2, 3)]
                         for registry in (self.debian, self.referrers)}
        two = self.cosigns(self.debian)[0]
        self.release = two.key_pair("release")
        self.stranger = two.key_pair("stranger")

    def cosigns(self, registry):
        """cosign 2 and 3 for a registry."""
        return self._cosigns[registry.name]

    @staticmethod
    def push(registry, repository, tag, content=CHART):
        name = repository.rpartition("/")[2]
        # Its own bytes for each name: a signature is about a digest, wherever that lies.
        return registry.push_chart(repository, tag, content + repository.encode(),
                                   {"apiVersion": "v2", "name": name, "version": tag})

    def policies(self, name, registries):
        """A folder of policies: charts of Blueprints are signed by `release`."""
        folder = f"{self.run.state}/policies-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        shutil.copy(self.release.public, f"{folder}/release.pub")
        head = {"apiVersion": "portreeve.openova.io/v1alpha1"}
        documents = {"authority": {**head, "kind": "Authority", "metadata": {"name": "release"},
                                   "spec": {"repositories": ["127.0.0.1:*/**"],
                                            "keys": [{"file": "release.pub"}]}},
                     "policy": {**head, "kind": "Policy", "metadata": {"name": "e2e-signed"}, "spec": {
                         "description": "Charts of Blueprints are signed.",
                         "match": {"artifacts": ["127.0.0.1:*/**"], "objects": [
                             {"group": "catalyst.openova.io", "kinds": ["Blueprint"]}]},
                         "rules": [{"name": "signature", "severity": "critical", "check": "signature",
                                    "with": {"authorities": {"any": ["release"]}},
                                    "message": "The chart is not signed.", "fix": "sign it"}],
                         "examples": [{"name": "unsigned", "expect": "deny", "evidence": "not-found", "object": {
                             "apiVersion": "catalyst.openova.io/v1", "kind": "Blueprint",
                             "metadata": {"name": "bp-x"}, "spec": {"version": "1.0.0", "source": {
                                 "url": "oci://127.0.0.1:1/x", "chart": "bp-x", "version": "1.0.0"}}}}]}}}
        for file, document in documents.items():
            with open(f"{folder}/{file}.json", "w", encoding="utf-8") as out:
                json.dump(document, out)
        for number, text in enumerate(registries):
            with open(f"{folder}/registry-{number}.json", "w", encoding="utf-8") as out:
                out.write(text)
        return folder
