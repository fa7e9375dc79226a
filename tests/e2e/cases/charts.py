"""Charts that are signed and hollow, in a real registry, judged at admission by the real API server."""

import gzip
import io
import json
import os
import tarfile

from cases.signed import VERSION, create, only_by_url, refused
from objects import application, blueprint
from signing import Signing

HEAD = {"apiVersion": "portreeve.openova.io/v1alpha1"}
KINDS = [{"group": "catalyst.openova.io", "kinds": ["Blueprint"]},
         {"group": "apps.openova.io", "kinds": ["Application"]}]
NO_UPSTREAM = {"annotations": {"catalyst.openova.io/no-upstream": "true"}}


def archive(name, metadata):
    """NAME-VERSION.tgz with one template, as `helm package` writes it."""
    files = {"Chart.yaml": json.dumps(metadata),   # JSON is YAML
             "values.yaml": "{}\n",
             "templates/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)


def publish(signing, name, more=None):
    """Pushed and signed by `release` under the name that a Blueprint of that name has by itself."""
    metadata = {"apiVersion": "v2", "name": name, "version": VERSION, **(more or {})}
    registry = signing.debian
    digest = registry.push_chart(f"openova-io/{name}", VERSION, archive(name, metadata), metadata)
    signing.cosigns(registry)[0].sign(f"{registry.host}/openova-io/{name}@{digest}", signing.release)


def gate(t, signing):
    """It asks for a signature of `release` and for a chart that is not hollow; by their shipped names
    artifacts are served by our registry."""
    registry = signing.debian.document(serves=["ghcr.io/openova-io/**"])
    folder = signing.policies(f"charts-{t.form}", [registry])
    with open(f"{folder}/authority.json", encoding="utf-8") as file:
        authority = json.load(file)
    authority["spec"]["repositories"] = ["ghcr.io/openova-io/**"]
    missing = {"apiVersion": "catalyst.openova.io/v1", "kind": "Blueprint", "metadata": {"name": "bp-x"},
               "spec": {"version": VERSION}}
    policy = {**HEAD, "kind": "Policy", "metadata": {"name": "e2e-chart"}, "spec": {
        "description": "Charts are signed, and not hollow.",
        "match": {"artifacts": ["ghcr.io/openova-io/**"], "objects": KINDS},
        "rules": [{"name": "signature", "severity": "critical", "check": "signature",
                   "with": {"authorities": {"any": ["release"]}},
                   "message": "The chart is not signed.", "fix": "sign it"},
                  {"name": "hollow", "severity": "critical", "check": "chart-hollow",
                   "with": {"annotation": "catalyst.openova.io/no-upstream",
                            "upstream": "catalystBlueprint.upstream.chart"},
                   "message": "The chart is hollow.", "fix": "vendor the upstream chart"}],
        "examples": [{"name": "not there", "expect": "deny", "rule": "signature", "evidence": "not-found",
                      "object": missing},
                     {"name": "hollow", "expect": "deny", "rule": "hollow", "object": missing, "chart": {
                         "form": "package",
                         "files": {"Chart.yaml": "apiVersion: v2\nname: bp-x\nversion: 1.0.0\n"}}}]}}
    os.remove(f"{folder}/policy.json")
    for file, document in (("authority", authority), ("chart", policy)):
        with open(f"{folder}/{file}.json", "w", encoding="utf-8") as out:
            json.dump(document, out)
    t.replace_gate(policies=folder)


def application_of(name):
    return application(name.removeprefix("bp-e2e-"), blueprintRef={"name": name, "version": VERSION})


@only_by_url
def signed_hollow_chart_is_refused(t):
    """For the Blueprint, and for an Application of it; so it is where the Blueprint says that its
    artifact is no chart. A chart that says it has no upstream is admitted."""
    s = Signing.of(t.run)
    gate(t, s)
    hollow, sound = "bp-e2e-hollow", "bp-e2e-sound"
    publish(s, hollow)
    publish(s, sound, NO_UPSTREAM)
    words = ("e2e-chart/hollow", "The chart is hollow; found no dependencies")
    refused(t, blueprint(hollow, version=VERSION), *words)
    refused(t, application_of(hollow), *words)
    refused(t, blueprint(hollow, version=VERSION, manifests={"source": {"kind": "Kustomize"}}), *words)
    t.allowed(create(t, blueprint(sound, version=VERSION)))
    t.allowed(create(t, application_of(sound)))


@only_by_url
def hollow_chart_of_nobody_is_unsigned_first(t):
    """Not signed and hollow: the signature is what is told first, and nothing is stored."""
    s = Signing.of(t.run)
    gate(t, s)
    name = "bp-e2e-loose"
    metadata = {"apiVersion": "v2", "name": name, "version": VERSION}
    s.debian.push_chart(f"openova-io/{name}", VERSION, archive(name, metadata), metadata)
    refused(t, blueprint(name, version=VERSION), "unsigned: no signature was found")
    t.replace_gate()
