#!/usr/bin/env python3
"""A rule that cannot go red is a defect: each of lint.py's is broken here on purpose."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import lint  # noqa: E402 pylint: disable=wrong-import-position


def problems(files, rule, *arguments):
    """What the rule says about a source tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [f"{path.relative_to(root)}:{line}: {what}" for path, line, what in rule(root, *arguments)]


def long_function(lines, head="int f(int a)"):
    return "namespace n {\n" + head + " {\n" + "  ++a;\n" * (lines - 2) + "}\n}  // namespace n\n"


class Includes(unittest.TestCase):
    def check(self, file, include, want):
        got = problems({file: f"#pragma once\n#include {include}\n"}, lint.lint_includes)
        self.assertEqual(got, [f"{file}:2: {want}"] if want else [])

    def test_folders(self):
        self.check("core/a.h", '"crypto/hash.h"', "core/ must not include crypto/")
        self.check("report/a.cc", '"policies/policy.h"', "report/ must not include policies/")
        self.check("policies/a.cc", '"engine/engine.h"', "policies/ must not include engine/")
        self.check("engine/a.cc", '"webhook/answer.h"', "engine/ must not include webhook/")
        self.check("guard/a.cc", '"net/wire.h"', "guard/ must not include net/")
        self.check("core/a.cc", '"tests/support/golden.h"', '"tests/support/golden.h": includes begin with a folder of the tree')
        self.check("core/a.cc", '"hash.h"', '"hash.h": includes begin with a folder of the tree')
        self.check("engine/a.cc", '"policies/policy.h"', None)
        self.check("cli/a.cc", '"webhook/answer.h"', None)

    def test_fences(self):
        self.check("policies/a.cc", "<re2/re2.h>", "<re2/re2.h> belongs to core, not to policies/")
        self.check("core/a.cc", "<openssl/evp.h>", "<openssl/evp.h> belongs to crypto, not to core/")
        self.check("net/a.cc", "<openssl/evp.h>", "<openssl/evp.h> belongs to crypto, not to net/")
        self.check("net/a.cc", "<openssl/ssl.h>", None)
        self.check("webhook/a.cc", "<boost/asio.hpp>", "<boost/asio.hpp> belongs to net, not to webhook/")
        self.check("core/a.cc", "<nlohmann/json.hpp>", "<nlohmann/json.hpp> belongs to report, not to core/")
        self.check("net/a.cc", "<httplib.h>", "<httplib.h> belongs to tests, not to net/")
        self.check("core/a.cc", "<gtest/gtest.h>", "<gtest/gtest.h> belongs to tests, not to core/")
        self.check("core/a.cc", "<fmt/core.h>", "<fmt/core.h> is no header that the fences know")
        self.check("core/a.cc", "<string_view>", None)
        self.check("core/a.cc", "<sys/stat.h>", None)


class Words(unittest.TestCase):
    def check(self, line, bad):
        got = problems({"core/a.cc": line + "\n"}, lint.lint_words)
        self.assertEqual(len(got), int(bad), line)

    def test_words(self):
        self.check('auto a = "portreeve.openova.io/v1alpha1";', False)
        self.check('auto a = "gate.portreeve.openova.io";', False)
        self.check('// as catalyst.openova.io does', False)
        self.check('auto a = "catalyst.openova.io";', True)
        self.check('auto a = "OpenOva";', True)
        self.check('auto a = R"(openova)";', True)
        self.check('auto a = "x.portreeve.openova.io";', True)
        self.check('auto a = "portreeve.openova.io.evil";', True)
        self.check('int openova_rules();', True)


class Sizes(unittest.TestCase):
    def check(self, text, count):
        self.assertEqual(len(problems({"core/a.cc": text}, lint.lint_sizes)), count, text[:80])

    def test_files(self):
        self.check("int a;\n" * 400, 0)
        self.check("int a;\n" * 401, 1)

    def test_functions(self):
        self.check(long_function(60), 0)
        self.check(long_function(61), 1)
        self.check(long_function(61, "template <class T>\nauto C<T>::f(T a) const noexcept -> int"), 1)
        self.check("class C {\n public:\n" + long_function(61).partition("\n")[2], 1)
        self.check("constexpr int kTable[] = {\n" + "  1,\n" * 100 + "};\n", 0)
        self.check("struct Plain {\n" + "  int a = 0;\n" * 100 + "};\n", 0)
        self.check('auto a = R"(\n' + "void f() {\n" * 100 + ')";\n', 0)
        self.check("int f() {\n  return '{';\n}\n" * 40, 0)


class Headers(unittest.TestCase):
    def test_headers(self):
        tree = {"core/good.h": "#pragma once\n#include <string>\ninline std::string f() { return {}; }\n",
                     "core/bad.h": "#pragma once\ninline std::string g() { return {}; }\n",
                     "core/twice.h": "inline int h() { return 1; }\n",
                     "core/first.h": "#pragma once\nstd::string i();\n",
                     "core/first.cc": '#include "core/first.h"\n',
                     "core/second.h": "#pragma once\nstd::string i();\n",
                     "core/second.cc": '#include <string>\n#include "core/second.h"\n'}
        got = " ".join(problems(tree, lint.lint_headers, sys.argv[1] if len(sys.argv) > 1 else "c++"))
        for name in ("bad.h:1: does not compile alone", "twice.h:1: lacks #pragma once", "second.h:1: does not compile"):
            self.assertIn(name, got)
        self.assertNotIn("good.h", got)
        self.assertNotIn("first.h", got)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
