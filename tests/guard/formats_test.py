"""SARIF of `portreeve guard` is valid under the OASIS schema, JUnit is well-formed XML, HTML is balanced.

Skipped (exit 77) where jsonschema is not installed.
"""
import html.parser
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

BLUEPRINT = "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata: {name: wiki, labels: {app: tenant}}\nspec: {version: '1'}\n"
WAIVER = (
    "apiVersion: portreeve.openova.io/v1alpha1\nkind: Waiver\nmetadata: {name: one}\nspec:\n  rules: [repository-names/object]\n"
    "  subjects: ['/ConfigMap//tenant']\n  owner: o\n  reason: r\n  ticket: t\n  expires: 2099-01-01\n"
)
FILES = {
    "a b/ü.yaml": BLUEPRINT,
    "cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tenant}\n",
    "bad.yaml": "apiVersion: v1\nkind: A\nkind: B\n",
    "lfs.yaml": "version https://git-lfs.github.com/spec/v1\n",
    ".portreeve/w.yaml": WAIVER,
    "p/chart/Chart.yaml": "apiVersion: v2\nname: bp-p\nversion: 1.0.0\n",
    "clusters/_template/bootstrap-kit/p.yaml":
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: p}\nspec: {chart: {spec: {chart: bp-p, version: 0.9.0}}}\n",
}


class Balance(html.parser.HTMLParser):
    VOID = {"meta", "br", "!doctype"}

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, "unbalanced " + tag


def main(program, source):
    schema = json.loads((pathlib.Path(source) / "tests/fixtures/sarif/sarif-schema-2.1.0.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        out = {kind: pathlib.Path(folder) / ("out." + kind) for kind in ("sarif", "junit", "html")}
        outputs = [word for kind, path in out.items() for word in ("--output", f"{kind}={path}")]
        done = subprocess.run([program, "guard", folder, "--render", "never", *outputs], capture_output=True, text=True)
        assert done.returncode == 1, done
        sarif = json.loads(out["sarif"].read_text())
        jsonschema.Draft4Validator(schema).validate(sarif)
        results = sarif["runs"][0]["results"]
        assert any("fixes" in result for result in results), "no fix"
        assert any("suppressions" in result for result in results), "no suppression"
        assert len({result["ruleId"] for result in results}) == len(sarif["runs"][0]["tool"]["driver"]["rules"])
        broken = json.loads(json.dumps(sarif))
        del broken["runs"][0]["results"][0]["message"]
        assert list(jsonschema.Draft4Validator(schema).iter_errors(broken)), "the schema refuses nothing"
        suites = xml.etree.ElementTree.parse(out["junit"]).getroot()
        for suite in suites:
            assert int(suite.get("tests")) == len(suite), suite.get("name")
        page = Balance()
        page.feed(out["html"].read_text())
        assert not page.open, page.open
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
