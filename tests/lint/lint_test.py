#!/usr/bin/env python3
"""Each check of lint.py sees what it is there to see, and nothing else."""
import os
import tempfile
import unittest

import lint

ORDER = "foreach(part base text cli)\nendforeach()\n"
HEADER = "// What it is, who owns what, which threads may call it.\n#ifndef X_H_\n#define X_H_\n#endif\n"


class LintTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = self.directory.name
        self.write("src/CMakeLists.txt", ORDER)

    def tearDown(self):
        self.directory.cleanup()

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as stream:
            stream.write(text)

    def test_layers(self):
        self.write("src/text/a.cc", '#include "base/x.h"\n#include "text/y.h"\n#include <vector>\n')
        self.assertEqual(lint.run("layers", self.root), [])
        self.write("src/base/b.cc", '#include "text/y.h"\n')
        self.assertEqual(lint.run("layers", self.root),
                         ["src/base/b.cc:1: base may not include text, which comes after it"])
        self.write("src/new/b.cc", "")
        self.assertIn("src/new/b.cc:1: folder new is not in src/CMakeLists.txt", lint.run("layers", self.root))

    def test_sizes(self):
        body = "  x();\n" * 61
        self.write("src/base/a.cc", "namespace n {\nclass A {\n  int f() {\n" + body + "  }\n};\n}\n")
        self.write("src/base/b.cc", "int g(\n    int a) {\n" + "  if (a) { y(); }\n" * 57 + "}\n")
        self.write("src/base/c.cc", "// line\n" * 401)
        self.write("src/base/table.cc", "constexpr int kTable[] = {\n" + "  1,\n" * 200 + "};\n")
        self.write("src/base/a_test.cc", "void f() {\n" + body + "}\n")
        self.assertEqual(lint.run("sizes", self.root),
                         ["src/base/a.cc:3: function f has 63 lines, more than 60",
                          "src/base/c.cc:1: 401 lines, more than 400"])

    def test_braces_in_literals_do_not_confuse(self):
        self.write("src/base/a.cc", "void f() {\n  g(\"}\", '{', R\"({{{)\");  // }\n}\nvoid h() {\n" + "  x();\n" * 60 + "}\n")
        self.assertEqual(lint.run("sizes", self.root),
                         ["src/base/a.cc:4: function h has 62 lines, more than 60"])

    def test_no_catch(self):
        self.write("src/base/a.cc", "// catch (nothing)\nauto s = \"throw\";\n")
        self.assertEqual(lint.run("no_catch", self.root), [])
        self.write("src/base/a.cc", "void f() {\n  try {\n  } catch (const E& e) {\n  }\n}\n")
        self.assertEqual(len(lint.run("no_catch", self.root)), 2)

    def test_no_stdio(self):
        self.write("src/cli/a.cc", 'void f() { printf("x"); }\n')
        self.write("src/base/a.cc", 'void f() { snprintf(b, 1, "printf("); status.exit(); Thread::exit(); }\n')
        self.assertEqual(lint.run("no_stdio", self.root), [])
        for call in ('std::cerr << 1;', 'fprintf(stderr, "x");', "exit(1);", "std::abort();", 'fmt::print("x");'):
            self.write("src/base/a.cc", "void f() { " + call + " }\n")
            self.assertEqual(len(lint.run("no_stdio", self.root)), 1, call)

    def test_headers(self):
        self.write("src/base/a.h", HEADER)
        self.assertEqual(lint.run("headers", self.root), [])
        self.write("src/base/a.h", HEADER[HEADER.index("#ifndef"):])
        self.assertEqual(len(lint.run("headers", self.root)), 1)

    def test_no_todo(self):
        self.write("src/base/a.cc", "// all done\n")
        self.assertEqual(lint.run("no_todo", self.root), [])
        self.write("src/base/a.cc", "// TODO: more\n")
        self.assertEqual(lint.run("no_todo", self.root), ["src/base/a.cc:1: leftover TODO"])

    def test_format(self):
        self.write("src/base/a.cc", "int f() { return 1; }\n")
        self.assertEqual(lint.run("format", self.root), [])
        self.write("src/base/a.cc", "int f( ) {return 1;}\n")
        self.assertNotEqual(lint.run("format", self.root), [])

    def test_scripts(self):
        self.write("tools/a.sh", "#!/bin/sh\nif true; then echo; fi\n")
        self.write("tools/b.py", "x = 1\n")
        self.assertEqual(lint.run("scripts", self.root), [])
        self.write("tools/a.sh", "#!/bin/sh\nif true; then echo;\n")
        self.write("tools/b.py", "x = (\n")
        self.assertEqual([p.split(":")[0] for p in lint.run("scripts", self.root)], ["tools/a.sh", "tools/b.py"])

    def test_links(self):
        self.write("docs/README.md", "[a](a.md#the-first-one) [b](sub/) [c](https://x.example/y.md) `[d](none.md)`\n```\n[e](none.md)\n```\n")
        self.write("docs/a.md", "# A\n## The *first* one\n[up](../README.md)\n")
        self.write("docs/sub/b.md", "[a](../a.md#a)\n")
        self.write("README.md", "")
        self.assertEqual(lint.run("links", self.root), [])
        self.write("docs/c.md", "[x](none.md)\n\n[y](a.md#second)\n")
        self.assertEqual(lint.run("links", self.root),
                         ["docs/c.md:1: none.md does not exist", "docs/c.md:3: docs/a.md has no heading #second",
                          "docs/README.md:1: does not name docs/c.md"])

    def test_exceptions_need_a_reason_and_a_use(self):
        self.write("src/base/c.cc", "// line\n" * 401)
        self.write("tests/lint/exceptions.txt", "# comment\nsizes src/base/c.cc a table\n")
        self.assertEqual(lint.run("sizes", self.root), [])
        self.write("src/base/c.cc", "// line\n")
        self.assertEqual(lint.run("sizes", self.root),
                         ["tests/lint/exceptions.txt: 'sizes src/base/c.cc' is not needed any more"])
        self.write("tests/lint/exceptions.txt", "sizes src/base/c.cc\n")
        with self.assertRaises(SystemExit):
            lint.run("sizes", self.root)


if __name__ == "__main__":
    unittest.main()
