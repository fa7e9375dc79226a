#!/usr/bin/env python3
"""Strips the official CycloneDX schemas of what validates nothing: strip.py FROM_DIR TO_DIR"""

import json
import pathlib
import sys
from xml.etree import ElementTree

NAMES = {f"bom-1.{n}.schema.json" for n in range(2, 8)} | {
    "spdx.schema.json", "jsf-0.82.schema.json", "cryptography-defs.schema.json"}
DROP = {"description", "title", "examples", "$comment", "comment", "default", "meta:enum", "deprecated",
        "contentMediaType", "contentEncoding", "$schema"}
MAPS = {"properties", "definitions", "patternProperties"}


def strip(schema):
    if isinstance(schema, dict):
        return {key: {name: strip(inner) for name, inner in value.items()} if key in MAPS else strip(value)
                for key, value in schema.items()
                if key not in DROP and not (key == "$id" and not str(value).startswith("http"))}
    return [strip(entry) for entry in schema] if isinstance(schema, list) else schema


for name in sorted(NAMES):
    text = (pathlib.Path(sys.argv[1]) / name).read_text(encoding="utf-8")
    stripped = json.dumps(strip(json.loads(text)), separators=(",", ":"), ensure_ascii=False)
    (pathlib.Path(sys.argv[2]) / name).write_text(stripped + "\n", encoding="utf-8")


XS = "{http://www.w3.org/2001/XMLSchema}"


def strip_xml(node):
    for child in list(node):
        if child.tag in (XS + "annotation", XS + "import"):
            node.remove(child)
        else:
            strip_xml(child)
    node.text = node.tail = None


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xsd")):
    tree = ElementTree.parse(path).getroot()
    strip_xml(tree)
    name = path.name.replace(".SNAPSHOT", "")
    (pathlib.Path(sys.argv[2]) / name).write_text(ElementTree.tostring(tree, encoding="unicode") + "\n", encoding="utf-8")
