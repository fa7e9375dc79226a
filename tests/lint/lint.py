#!/usr/bin/env python3
"""Rules about the tree that no compiler checks.

    lint.py includes|words|sizes|headers ROOT [COMPILER]

includes  who may include whom, and which folder may use which library (TABLE and FENCES below)
words     the C++ knows nobody's names but our own API group: they are data in policies/catalog
sizes     files of at most 400 lines, functions of at most 60
headers   every header compiles alone: its source includes it first, or it is compiled by itself

Prints one line for each violation, "file:line: what", and exits 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

FOLDERS = ("core crypto kube verifiers charts sbom policies net oci kubeapi render engine report webhook guard "
           "audit cli").split()

# Folder -> what it may include besides itself and core.
TABLE = {
    "core": "",
    "crypto": "",
    "kube": "",
    "verifiers": "crypto",
    "charts": "kube",
    "sbom": "",
    "policies": "crypto kube verifiers charts sbom",
    "net": "crypto",
    "oci": "crypto net",
    "kubeapi": "kube net",
    "render": "",
    "engine": "crypto kube verifiers charts sbom policies net oci kubeapi render",
    "report": "",
    "webhook": "crypto engine report policies charts kube net",
    "guard": "crypto engine report policies charts kube oci",
    "audit": "crypto engine report policies charts kube oci",
    "cli": " ".join(FOLDERS),
}

# Library header -> folders that may name it. Tests and benchmarks may name any.
FENCES = [
    (r"emmintrin\.h", "core"), (r"yaml-cpp/", "core"), (r"re2/", "core"), (r"unicode/", "core"),
    (r"(zlib|zstd|dlfcn)\.h", "core"),
    (r"openssl/(ssl|x509|x509v3|pem)\.h", "crypto net"), (r"openssl/", "crypto"), (r"sodium", "crypto"),
    (r"boost/", "net"), (r"curl/", "net"), (r"git2", "guard"), (r"pugi", "sbom"), (r"seccomp\.h", "render"),
    (r"prometheus/", "webhook"), (r"CLI/", "cli"), (r"nlohmann/", "report"),
    (r"(gtest|gmock|benchmark)/", ""), (r"httplib\.h", ""),
]
SYSTEM = re.compile(r"(sys|netinet|arpa|linux)/[a-z_]+\.h|(unistd|fcntl|poll|dirent|pthread|signal|spawn|netdb|malloc)\.h")
STANDARD = re.compile(r"[a-z0-9_]+")

MOST_LINES, MOST_FUNCTION = 400, 60


def sources(root, folders, suffixes=(".h", ".cc")):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def without_comments(text, keep_strings):
    """The text with comments (and, unless kept, the content of literals) blanked; lines stay."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^\s()\\]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
                         r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)

    def blank(match):
        piece = match.group(0)
        comment = piece.startswith("/")
        if keep_strings and not comment:
            return piece
        return ("" if comment else '""') + "\n" * piece.count("\n")

    return pattern.sub(blank, text)


def include_problem(folder, line):
    match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
    if not match:
        return None
    name = match.group(2)
    if match.group(1) == '"':
        target = name.split("/")[0]
        if target not in FOLDERS:
            return f'"{name}": includes begin with a folder of the tree'
        allowed = {folder, "core", *TABLE[folder].split()}
        return None if target in allowed else f"{folder}/ must not include {target}/"
    for pattern, folders in FENCES:
        if re.match(pattern, name):
            return None if folder in folders.split() else f"<{name}> belongs to {folders or 'tests'}, not to {folder}/"
    if STANDARD.fullmatch(name) or SYSTEM.fullmatch(name):
        return None
    return f"<{name}> is no header that the fences know"


def lint_includes(root):
    for path in sources(root, FOLDERS):
        folder = path.relative_to(root).parts[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            problem = include_problem(folder, line)
            if problem:
                yield path, number, problem


def lint_words(root):
    for path in sources(root, FOLDERS):
        text = without_comments(path.read_text(encoding="utf-8"), keep_strings=True)
        for number, line in enumerate(text.splitlines(), 1):
            rest = re.sub(r"(?<![\w.])(gate\.)?portreeve\.openova\.io(?![\w.])", "", line)
            if "openova" in rest.lower():
                yield path, number, "names somebody's product: such names are data in policies/catalog"


def brace_kind(head):
    """What a brace opens, by the text since the last ';', '{' or '}'."""
    head = re.sub(r"\s+", " ", head).strip()
    if re.match(r"(inline )?namespace\b|extern \"\"", head):
        return "namespace"
    if re.search(r"(?<!operator)=\s*$|(?<!operator)=\s*\{?$|\breturn$|,$|\($", head) or not head:
        return "data"
    if re.match(r"(template ?<.*> ?)?(typedef )?(class|struct|union|enum)\b", head) and not head.endswith(")"):
        return "type"
    return "function" if "(" in head else "data"


def functions(text):
    """(first line, last line) of each function that is not inside another one."""
    stack, head, line, inside = [], "", 1, 0
    head_line = 1
    for char in text:
        if char == "\n":
            line += 1
        if char == "{":
            kind = "inner" if inside else brace_kind(head)
            stack.append((kind, head_line))
            inside += kind == "function"
            head = ""
        elif char == "}" and stack:
            kind, first = stack.pop()
            if kind == "function":
                inside -= 1
                yield first, line
            # A brace initialiser of a constructor is followed by the body it belongs to.
            head = ""
        elif char == ";":
            head = ""
        else:
            if not head.strip() and not char.isspace():
                head_line = line
            head += char


def lint_sizes(root):
    for path in sources(root, FOLDERS):
        raw = path.read_text(encoding="utf-8")
        count = len(raw.splitlines())
        if count > MOST_LINES:
            yield path, count, f"{count} lines, at most {MOST_LINES}"
        text = re.sub(r"^[ \t]*#(\\\n|[^\n])*", "", without_comments(raw, keep_strings=False), flags=re.M)
        for first, last in functions(text):
            if last - first + 1 > MOST_FUNCTION:
                yield path, first, f"function of {last - first + 1} lines, at most {MOST_FUNCTION}"


def first_include(path):
    match = re.search(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.M)
    return match.group(1) if match else ""


def compiles_alone(root, compiler, name):
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{root}", "-x", "c++", "-"], text=True,
                          input=f'#include "{name}"\n#include "{name}"\n', capture_output=True, check=False)
    return done.returncode == 0, done.stderr.splitlines()[:1]


def lint_headers(root, compiler):
    for path in sources(root, FOLDERS, (".h",)):
        name = str(path.relative_to(root))
        if "#pragma once" not in path.read_text(encoding="utf-8"):
            yield path, 1, "lacks #pragma once"
        source = path.with_suffix(".cc")
        if source.exists() and first_include(source) == name:
            continue  # The source's own compilation shows it.
        good, message = compiles_alone(root, compiler, name)
        if not good:
            yield path, 1, "does not compile alone: " + " ".join(message)


def main(arguments):
    what, root = arguments[0], pathlib.Path(arguments[1])
    rules = {"includes": lint_includes, "words": lint_words, "sizes": lint_sizes,
             "headers": lambda tree: lint_headers(tree, arguments[2])}
    problems = list(rules[what](root))
    for path, number, problem in problems:
        print(f"{path.relative_to(root)}:{number}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
