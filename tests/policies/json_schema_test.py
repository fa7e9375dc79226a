"""Every shipped policy file is valid under the JSON Schema that editors are given; broken ones are not.

Skipped (exit 77) where jsonschema or PyYAML is not installed.
"""
import glob
import json
import os
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """Dates stay texts, as they do in the API server's reader."""


Loader.yaml_implicit_resolvers = {
    first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

API = "apiVersion: portreeve.openova.io/v1alpha1\n"
POLICY = (
    "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
    "  match: {objects: [{group: g, kinds: [K]}]}\n"
    "  rules: [{name: r, message: m, fix: f, RULE}]\n"
)
GOOD_RULE = "check: field, with: {path: object.v, present: true}"
BROKEN = {
    "unknown kind": "kind: Polcy\nmetadata: {name: p}\nspec: {}\n",
    "no spec": "kind: Policy\nmetadata: {name: p}\n",
    "unknown check": POLICY.replace("RULE", "check: feild, with: {}"),
    "unknown parameter": POLICY.replace("RULE", "check: field, with: {paths: object.v}"),
    "parameter of another check": POLICY.replace("RULE", "check: name, with: {path: object.v, equals: x}"),
    "missing parameter": POLICY.replace("RULE", "check: known-fields, with: {}"),
    "unknown key of a rule": POLICY.replace("RULE", GOOD_RULE + ", serverity: high"),
    "unknown severity": POLICY.replace("RULE", GOOD_RULE + ", severity: urgent"),
    "check and all": POLICY.replace("RULE", GOOD_RULE + ", all: [{" + GOOD_RULE + "}]"),
    "no requirement": POLICY.replace("RULE", "note: x"),
    "bad when": POLICY.replace("RULE", GOOD_RULE + ", when: {presents: object.v}"),
    "bad type": POLICY.replace("RULE", "check: field, with: {path: object.v, type: text}"),
    "two kinds of data": "kind: Data\nmetadata: {name: d}\nspec: {list: [a], table: {}}\n",
    "waiver without owner": "kind: Waiver\nmetadata: {name: w}\nspec: {rules: [a/b], subjects: [s], reason: r, "
    "ticket: t, expires: '2027-01-01'}\n",
    "unknown stage": "kind: Config\nspec: {stages: [{rules: '**', stage: off}]}\n",
}
GOOD = {
    "policy": POLICY.replace("RULE", GOOD_RULE),
    "nested": POLICY.replace("RULE", "all: [{any: [{" + GOOD_RULE + "}]}, {none: [{" + GOOD_RULE + "}]}]"),
    "when": POLICY.replace("RULE", GOOD_RULE + ", when: {all: [{present: object.a}, {not: {operation: UPDATE}}, "
                           "{path: object.b, matches: x}]}"),
    "config": "kind: Config\nspec: {catalog: 1, stages: [{rules: '**', stage: observe}]}\n",
}


def problems(validator, text):
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for document in yaml.load_all(text, Loader)
        if document is not None
        for error in validator.iter_errors(document)
    ]


def main(program, source):
    schema = json.loads(
        subprocess.run([program, "policy", "schema", "--format", "json-schema"], check=True, capture_output=True).stdout
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    files = sorted(glob.glob(os.path.join(source, "policies/catalog/*.yaml")) +
                   glob.glob(os.path.join(source, "policies/examples/*.yaml")))
    for path in files:
        with open(path, encoding="utf-8") as file:
            failures += [f"{os.path.basename(path)}: {problem}" for problem in problems(validator, file.read())]
    if not files:
        failures.append("there is no catalog to examine")
    failures += [f"{name}: is refused: {p}" for name, text in GOOD.items() for p in problems(validator, API + text)]
    failures += [f"{name}: is not refused" for name, text in BROKEN.items() if not problems(validator, API + text)]
    print("\n".join(failures) if failures else f"{len(files)} files are valid, {len(BROKEN)} broken ones are not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
