"""Charts for the renderer, each with what design §7 and domain §3.2 say of it.

A Chart has files, what becomes of its default render, and two verdicts: `ours` (design §7: documents
are counted) and `theirs` (upstream's GUARD 2: lines are counted). Where the two differ, that is the
point of the chart.
"""

import dataclasses

MODE = "catalyst.openova.io/smoke-render-mode"


@dataclasses.dataclass
class Chart:
    name: str
    outcome: str            # rendered | failed | absent
    ours: str               # pass | fail | undecided
    theirs: str             # pass | fail
    filled: int = 0         # documents that hold something
    files: dict = dataclasses.field(default_factory=dict)
    reason: str = ""        # part of what is said of a failure or an absence
    mode: str = ""
    head: str = ""          # more of Chart.yaml
    package: bool = False   # judged as the package that helm makes of it
    supply: bool = False    # with --subcharts
    plain: bool = True      # a plain helm sees the same chart (not so where subcharts are supplied)
    unread: int = 0

    def all_files(self):
        annotations = f'annotations:\n  {MODE}: "{self.mode}"\n' if self.mode else ""
        yaml = f"apiVersion: v2\nname: {self.name}\nversion: 1.2.0\n{annotations}{self.head}"
        return {"Chart.yaml": yaml, **self.files}


def config_map(name="{{ .Release.Name }}", extra=""):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{extra}"


def subchart(folder, name, version="1.0.0", kind="application", files=None, head=""):
    out = {f"{folder}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\ntype: {kind}\n{head}"}
    for path, text in (files or {}).items():
        out[f"{folder}/{path}"] = text
    return out


def needs(*names, version="1.0.0", extra=""):
    rows = "".join(f"- name: {n}\n  version: {version}\n  repository: https://charts.example\n{extra}" for n in names)
    return "dependencies:\n" + rows


HELPER = '{{- define "common.name" -}}from-library{{- end -}}\n'
OFF = {"values.yaml": "enabled: false\n", "templates/a.yaml": "{{- if .Values.enabled }}\n" + config_map() + "{{- end }}\n"}
REQUIRED = {"templates/a.yaml": config_map(extra='data:\n  host: {{ required "host is required" .Values.host }}\n')}
FAILS = {"templates/a.yaml": '{{- fail "choose a mode" }}\n'}

CHARTS = [
    # What renders.
    Chart("one-document", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map()}),
    Chart("three-documents", "rendered", "pass", "pass", 3,
          {"templates/a.yaml": config_map("a") + "---\n" + config_map("b") + "---\n" + config_map("c")}),
    Chart("empty-between", "rendered", "pass", "pass", 2,
          {"templates/a.yaml": config_map("a") + "---\n\n---\n# nothing\n---\n" + config_map("b")}),
    Chart("short", "rendered", "pass", "fail", 1, {"templates/a.yaml": "{kind: A, apiVersion: v1}\n"}),
    Chart("values-of-its-own", "rendered", "pass", "pass", 2,
          {"values.yaml": "names: [a, b]\n", "templates/a.yaml": "{{- range .Values.names }}\n---\n" + config_map("{{ . }}") + "{{- end }}\n"}),
    Chart("json-template", "rendered", "pass", "pass", 1,
          {"templates/a.json": '{"apiVersion": "v1",\n"kind": "ConfigMap",\n"metadata": {"name": "a"}}\n'}),
    Chart("list-kind", "rendered", "pass", "pass", 1, {"templates/a.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + config_map("a").replace("\n", "\n  ") + "\n"}),
    Chart("kube-version", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map(extra="data:\n  v: {{ .Capabilities.KubeVersion.Version | quote }}\n")},
          head="kubeVersion: '>=1.30.0-0 <1.34.0-0'\n"),
    Chart("no-crd-groups", "rendered", "pass", "pass", 1,
          {"templates/a.yaml": config_map(), "templates/m.yaml": '{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}\nkind: ServiceMonitor\napiVersion: monitoring.coreos.com/v1\nmetadata: {name: m}\n{{- end }}\n'}),
    Chart("looks-up-nothing", "rendered", "pass", "pass", 1,
          {"templates/a.yaml": config_map(extra='data:\n  n: {{ len (lookup "v1" "Secret" "x" "") | quote }}\n')}),
    Chart("files-of-its-own", "rendered", "pass", "pass", 1,
          {"files/a.txt": "hello\n", "templates/a.yaml": config_map(extra='data:\n  a: {{ .Files.Get "files/a.txt" | quote }}\n')}),
    Chart("schema-holds", "rendered", "pass", "pass", 1,
          {"values.yaml": "count: 1\n", "values.schema.json": '{"properties": {"count": {"type": "integer"}}}', "templates/a.yaml": config_map()}),
    Chart("helmignored", "rendered", "fail", "fail", 0, {".helmignore": "templates/a.yaml\n", "templates/a.yaml": config_map()}),
    Chart("underscore-files", "rendered", "fail", "fail", 0, {"templates/_a.yaml": config_map()}),
    # Hooks, tests, CRDs, notes.
    Chart("hook", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map(extra="  annotations:\n    helm.sh/hook: pre-install\n")}),
    Chart("test-hook", "rendered", "pass", "pass", 1, {"templates/tests/a.yaml": config_map(extra="  annotations:\n    helm.sh/hook: test\n")}),
    Chart("hook-and-document", "rendered", "pass", "pass", 2,
          {"templates/a.yaml": config_map("a"), "templates/h.yaml": config_map("h", "  annotations:\n    helm.sh/hook: post-install,post-upgrade\n")}),
    Chart("crds-only", "rendered", "fail", "fail", 0,
          {"crds/a.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.example.com\n"}),
    Chart("crd-in-templates", "rendered", "pass", "pass", 1,
          {"templates/a.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.example.com\n"}),
    Chart("notes-only", "rendered", "fail", "fail", 0, {"templates/NOTES.txt": "Thank you.\nFor\nfive\nlong\nlines.\n"}),
    Chart("notes-fail", "failed", "fail", "fail", 0, {"templates/a.yaml": config_map(), "templates/NOTES.txt": '{{ fail "in the notes" }}\n'}, reason="in the notes"),
    # What renders nothing.
    Chart("nothing", "rendered", "fail", "fail", 0, {"templates/_helpers.tpl": HELPER}),
    Chart("switched-off", "rendered", "fail", "fail", 0, dict(OFF)),
    Chart("default-off", "rendered", "pass", "pass", 0, dict(OFF), mode="default-off"),
    Chart("default-off-that-renders", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map()}, mode="default-off"),
    Chart("default-off-misspelt", "rendered", "fail", "fail", 0, dict(OFF), mode="default_off"),
    Chart("comments-only", "rendered", "fail", "pass", 0, {"templates/a.yaml": "# one\n# two\n# three\n# four\n{{- if .Values.x }}\nkind: A\n{{- end }}\n"}),
    Chart("null-documents", "rendered", "fail", "pass", 0, {"templates/a.yaml": "# a\nnull\n---\n# b\n{}\n"}),
    Chart("overlay-that-renders-nothing", "rendered", "fail", "fail", 0, dict(OFF), mode="requires-overlay"),
    # What fails.
    Chart("required", "failed", "fail", "fail", 0, dict(REQUIRED), reason="host is required"),
    Chart("required-overlay", "failed", "pass", "pass", 0, dict(REQUIRED), mode="requires-overlay", reason="execution error at"),
    Chart("fail-overlay", "failed", "pass", "pass", 0, dict(FAILS), mode="requires-overlay", reason="choose a mode"),
    Chart("fail-default-off", "failed", "fail", "fail", 0, dict(FAILS), mode="default-off", reason="choose a mode"),
    Chart("parse-error", "failed", "fail", "fail", 0, {"templates/a.yaml": "{{ if }}\n"}, reason="parse error"),
    Chart("parse-error-overlay", "failed", "fail", "fail", 0, {"templates/a.yaml": "{{ if }}\n"}, mode="requires-overlay", reason="parse error"),
    Chart("unknown-function", "failed", "fail", "fail", 0, {"templates/a.yaml": "{{ nosuch 1 }}\n"}, reason="nosuch"),
    Chart("prose", "failed", "fail", "fail", 0, {"templates/a.yaml": "hello there:\n- and: [\n"}, reason="YAML"),
    Chart("nil-pointer", "failed", "fail", "fail", 0, {"templates/a.yaml": "a: {{ .Values.a.b.c }}\n"}, reason="nil pointer"),
    Chart("too-new-for-kubernetes", "failed", "fail", "fail", 0, {"templates/a.yaml": config_map()}, head="kubeVersion: '>=1.99.0'\n", reason="1.99"),
    Chart("schema-fails", "failed", "fail", "fail", 0,
          {"values.yaml": "count: text\n", "values.schema.json": '{"properties": {"count": {"type": "integer"}}}', "templates/a.yaml": config_map()}, reason="values don't meet"),
    Chart("schema-elsewhere", "failed", "fail", "fail", 0,
          {"values.schema.json": '{"$ref": "file:///etc/passwd"}', "templates/a.yaml": config_map()}, plain=False),
    Chart("endless-include", "failed", "fail", "fail", 0,
          {"templates/a.yaml": '{{ include "loop" . }}\n', "templates/_l.tpl": '{{ define "loop" }}{{ include "loop" . }}{{ end }}'}, reason="endless-include/templates/_l.tpl"),
    Chart("environment", "failed", "fail", "fail", 0, {"templates/a.yaml": 'a: {{ env "HOME" }}\n'}, reason='"env" not defined'),
    Chart("library", "failed", "fail", "fail", 0, {"templates/_h.tpl": HELPER}, head="type: library\n", reason="library charts are not installable"),
    # Subcharts.
    Chart("vendored-folder", "rendered", "pass", "pass", 1,
          subchart("charts/sub", "sub", files={"templates/a.yaml": config_map()}), head=needs("sub")),
    Chart("stub-library", "rendered", "fail", "fail", 0,
          subchart("charts/common", "common", kind="library", files={"templates/_h.tpl": HELPER}), head=needs("common")),
    Chart("library-in-use", "rendered", "pass", "pass", 1,
          {**subchart("charts/common", "common", kind="library", files={"templates/_h.tpl": HELPER}),
           "templates/a.yaml": config_map('{{ include "common.name" . }}')}, head=needs("common")),
    Chart("stub-empty", "rendered", "fail", "fail", 0, subchart("charts/sub", "sub"), head=needs("sub")),
    Chart("condition-off", "rendered", "fail", "fail", 0,
          {"values.yaml": "sub: {enabled: false}\n", **subchart("charts/sub", "sub", files={"templates/a.yaml": config_map()})},
          head=needs("sub", extra="  condition: sub.enabled\n")),
    Chart("alias", "rendered", "pass", "pass", 2,
          subchart("charts/sub", "sub", files={"templates/a.yaml": config_map("{{ .Chart.Name }}")}),
          head="dependencies:\n- {name: sub, version: 1.0.0, repository: 'https://x.example', alias: one}\n- {name: sub, version: 1.0.0, repository: 'https://x.example', alias: two}\n"),
    Chart("three-levels", "rendered", "pass", "pass", 3,
          {"templates/a.yaml": config_map("top"),
           **subchart("charts/mid", "mid", files={"templates/a.yaml": config_map("mid")}, head=needs("low")),
           **subchart("charts/mid/charts/low", "low", files={"templates/a.yaml": config_map("low")})}, head=needs("mid")),
    Chart("undeclared-subchart", "rendered", "pass", "pass", 1, subchart("charts/sub", "sub", files={"templates/a.yaml": config_map()})),
    Chart("subchart-requires", "failed", "pass", "pass", 0,
          subchart("charts/sub", "sub", files=dict(REQUIRED)), head=needs("sub"), mode="requires-overlay", reason="host is required"),
    Chart("not-vendored", "absent", "undecided", "fail", 0, {"templates/a.yaml": config_map()}, head=needs("sub"), reason="subcharts are not vendored: sub 1.0.0"),
    Chart("supplied", "rendered", "pass", "fail", 1, head=needs("supplied-sub"), supply=True, plain=False),
    Chart("supplied-by-range", "rendered", "pass", "fail", 1, head=needs("supplied-sub", version="^1.0.0"), supply=True, plain=False),
    Chart("supplied-by-lock", "absent", "undecided", "fail", 0,
          {"Chart.lock": "dependencies:\n- name: supplied-sub\n  repository: https://charts.example\n  version: 1.0.7\ndigest: sha256:0\ngenerated: '2026-01-01T00:00:00Z'\n"},
          head=needs("supplied-sub", version="^1.0.0"), supply=True, plain=False, reason="supplied-sub 1.0.7 (Chart.lock) (supplied: 1.0.0)"),
    # Packages.
    Chart("packed", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map()}, package=True),
    Chart("packed-off", "rendered", "pass", "pass", 0, dict(OFF), mode="default-off", package=True),
    Chart("packed-with-subchart", "rendered", "pass", "pass", 2,
          {"templates/a.yaml": config_map("top"), **subchart("charts/sub", "sub", files={"templates/a.yaml": config_map("sub")})}, head=needs("sub"), package=True),
    Chart("packed-ignored", "rendered", "pass", "pass", 1, {".helmignore": "drafts/\n", "drafts/x": "x", "templates/a.yaml": config_map()}, package=True),
    # What our reader is stricter about than helm.
    Chart("repeated-key", "absent", "undecided", "pass", 0, {"templates/a.yaml": config_map() + "kind: ConfigMap\n"}, reason="cannot be read"),
    Chart("repeated-key-beside", "rendered", "pass", "pass", 1, {"templates/a.yaml": config_map() + "kind: ConfigMap\n", "templates/b.yaml": config_map("b")}, unread=1),
]

SUPPLIED = {"Chart.yaml": "apiVersion: v2\nname: supplied-sub\nversion: 1.0.0\n", "templates/a.yaml": config_map("supplied")}
