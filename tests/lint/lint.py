#!/usr/bin/env python3
"""Checks of the source text that no compiler makes: lint.py CHECK [ROOT].

CHECK is one of
  layers    a folder of src/ includes only from folders before it in src/CMakeLists.txt
  sizes     .cc files <= 400 lines, .h <= 200, functions <= 60 (a rough brace matcher)
  no_catch  exceptions are caught only where a library that throws is wrapped; we throw none (but bad_alloc)
  no_stdio  nothing below cli/ prints, exits or aborts
  headers   every header of src/ starts with a note that says what it is
  no_todo   no leftovers in any file of ours
  format    clang-format would change nothing
  scripts   shell and Python files parse
  links     what the documentation links to exists, headings included; docs/README.md, or a folder's own, names every file of docs/

What is allowed although it breaks a check stands in exceptions.txt, with the reason. An exception that is no
longer needed is an error too, so the list can't rot.
"""
import os
import re
import subprocess
import sys

MAX_LINES = {".cc": 400, ".h": 200}
MAX_FUNCTION_LINES = 60
CODE = (".cc", ".h")


def files_below(root, folder, suffixes):
    found = []
    for directory, _, names in os.walk(os.path.join(root, folder)):
        for name in sorted(names):
            if name.endswith(suffixes):
                found.append(os.path.relpath(os.path.join(directory, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
        return stream.read()


def is_test(path):
    return re.search(r"_(test|bench)\.cc$|/test_\w+\.h$", path) is not None


TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"(?P<delim>[^()\s\\]{0,16})\(.*?\)(?P=delim)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


def code_only(text):
    """The text with comments and literals blanked, line numbers kept."""
    return TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def load_exceptions(root, check):
    allowed = {}
    path = os.path.join(root, "tests/lint/exceptions.txt")
    if not os.path.exists(path):
        return allowed
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            line = line.split("#", 1)[0].strip() if line.startswith("#") else line.strip()
            if not line:
                continue
            words = line.split(None, 2)
            if len(words) < 3:
                raise SystemExit(f"exceptions.txt:{number}: wants 'check file reason'")
            if words[0] == check:
                allowed[words[1]] = words[2]
    return allowed


def layer_order(root):
    text = read(root, "src/CMakeLists.txt")
    match = re.search(r"foreach\(part ([^)]*)\)", text)
    return match.group(1).split()


def check_layers(root):
    order = layer_order(root)
    for path in files_below(root, "src", CODE):
        part = path.split(os.sep)[1]
        if part not in order:
            yield path, 1, f"folder {part} is not in src/CMakeLists.txt"
            continue
        for number, line in enumerate(read(root, path).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([a-z_]+)/', line)
            if match and match.group(1) in order and order.index(match.group(1)) > order.index(part):
                yield path, number, f"{part} may not include {match.group(1)}, which comes after it"


def functions(text):
    """(first line, last line, head) of every function body at namespace or class level."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.)*(?:\\\n[^\n]*)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code_only(text), flags=re.MULTILINE)
    stack = []
    start = 0  # where the text of the present declaration begins
    line = 1
    for index, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            head = code[start:index].strip()
            outer_open = all(kind in ("namespace", "class") for kind, _, _ in stack)
            if re.search(r"\bnamespace\b[^;()]*$", head) or head.startswith("extern"):
                kind = "namespace"
            elif re.search(r"\b(class|struct|union|enum)\b", head) and not re.search(r"\)\s*(const|noexcept|override|\s)*$", head):
                kind = "class"
            elif "(" in head and outer_open:
                kind = "function"
            else:
                kind = "other"
            first = line - code[start:index].lstrip().count("\n")
            stack.append((kind if outer_open else "other", first, head))
            start = index + 1
        elif char == "}":
            if stack:
                kind, first, head = stack.pop()
                if kind == "function":
                    yield first, line, " ".join(head.split())
            start = index + 1
        elif char == ";":
            start = index + 1


def check_sizes(root):
    for path in files_below(root, "src", CODE) + files_below(root, "tests/support", CODE):
        if is_test(path):
            continue
        text = read(root, path)
        limit = MAX_LINES[os.path.splitext(path)[1]]
        count = text.count("\n")
        if count > limit:
            yield path, 1, f"{count} lines, more than {limit}"
        for first, last, head in functions(text):
            length = last - first + 1
            if length > MAX_FUNCTION_LINES:
                name = head.split("(")[0].split()[-1] if head.split("(")[0].split() else head
                yield path, first, f"function {name} has {length} lines, more than {MAX_FUNCTION_LINES}"


def grep(root, path, pattern, what):
    for number, line in enumerate(code_only(read(root, path)).splitlines(), 1):
        match = re.search(pattern, line)
        if match:
            yield path, number, f"{what}: {match.group(0).strip()}"


def check_no_catch(root):
    for path in files_below(root, "src", CODE):
        yield from grep(root, path, r"\bcatch\s*\(|\bthrow\b(?! std::bad_alloc)|\btry\s*\{", "exceptions stay in the wrapping file")


STDIO = (r"(?<![\w:.>])(?:std::)?(?:printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror|exit|_exit|_Exit|"
         r"abort|quick_exit|terminate)\s*\(|std::(?:cout|cerr|clog)\b|fmt::print\b|\bspdlog::")


def check_no_stdio(root):
    for path in files_below(root, "src", CODE):
        if path.split(os.sep)[1] != "cli" and not is_test(path):
            yield from grep(root, path, STDIO, "only cli/ prints or exits")


def check_headers(root):
    for path in files_below(root, "src", (".h",)):
        text = read(root, path)
        if not text.startswith("//") or len(text.split("#ifndef")[0].split()) < 5:
            yield path, 1, "the header does not begin with a note that says what it is"


def tracked(root):
    out = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"], capture_output=True, check=False)
    if out.returncode != 0:
        return []
    return [name for name in out.stdout.decode().split("\0") if name and os.path.exists(os.path.join(root, name))]


def check_no_todo(root):
    names = tracked(root) or files_below(root, "src", CODE)
    for path in names:
        if path.startswith("tests/lint/") or not path.endswith(
                (".cc", ".h", ".py", ".sh", ".yaml", ".md", ".txt", ".cmake", ".sql", ".json")) and "." in os.path.basename(path):
            continue
        for number, line in enumerate(read(root, path).splitlines(), 1):
            match = re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!ING)", line)
            if match and not re.search(r"[\"'`]\S*" + match.group(1), line):
                yield path, number, f"leftover {match.group(1)}"


def check_format(root):
    names = [n for n in tracked(root) if n.endswith(CODE)]
    names = names or files_below(root, "src", CODE) + files_below(root, "tests", CODE)
    if not names:
        return
    out = subprocess.run(["clang-format", "--dry-run", "-Werror", *names], cwd=root, capture_output=True,
                         text=True, check=False)
    for match in re.finditer(r"^([^:\n]+):(\d+):\d+: error: .*clang-format-violations", out.stderr, re.MULTILINE):
        yield match.group(1), int(match.group(2)), "clang-format -i would change this"


def check_scripts(root):
    """Shell and Python files at least parse; the program that tries them late may be a nightly job."""
    names = tracked(root) or files_below(root, "tools", (".sh", ".py"))
    for path in names:
        full = os.path.join(root, path)
        with open(full, "rb") as stream:
            first = stream.readline()
        if path.endswith(".py") or (first.startswith(b"#!") and b"python" in first):
            try:
                compile(read(root, path), path, "exec")
            except SyntaxError as error:
                yield path, error.lineno or 1, f"python can't read it: {error.msg}"
        elif path.endswith(".sh") or (first.startswith(b"#!") and first.strip().endswith(b"sh")):
            shell = "bash" if b"bash" in first else "sh"
            done = subprocess.run([shell, "-n", full], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield path, 1, f"{shell} can't read it: {done.stderr.strip()}"


# Markdown's [text](target), not in code.
LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^)\s]+)\)")


def prose(text):
    """Markdown without code blocks and code spans, line numbers kept."""
    return re.sub(r"^(```|~~~).*?^\1|`[^`\n]*`", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.DOTALL | re.MULTILINE)


def anchors(text):
    """The names by which headings are linked: lower case, blanks as hyphens, no other punctuation."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def links_of(root, path):
    for number, line in enumerate(prose(read(root, path)).splitlines(), 1):
        for target in LINK.findall(line):
            if not re.match(r"[a-z][a-z0-9+.-]*:", target):
                yield number, target


def check_links(root):
    names = tracked(root) or files_below(root, "", ("",))
    index = os.path.join("docs", "README.md")
    named = set()
    for path in (n for n in names if n.endswith(".md")):
        for number, target in links_of(root, path):
            file, _, anchor = target.partition("#")
            to = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if path.startswith("docs" + os.sep) and os.path.basename(path) == "README.md":
                named.add(to)
            if not os.path.exists(os.path.join(root, to)):
                yield path, number, f"{target} does not exist"
            elif anchor and to.endswith(".md") and anchor not in anchors(read(root, to)):
                yield path, number, f"{to} has no heading #{anchor}"
    for path in names:
        if path.startswith("docs" + os.sep) and path != index and not any(
                path == to or path.startswith(to + os.sep) for to in named - {"docs", "."}):
            yield index, 1, f"does not name {path}"


CHECKS = {"layers": check_layers, "sizes": check_sizes, "no_catch": check_no_catch, "no_stdio": check_no_stdio,
          "headers": check_headers, "no_todo": check_no_todo, "format": check_format,
          "scripts": check_scripts, "links": check_links}


def run(check, root):
    """The lines to show; empty when all is well."""
    allowed = load_exceptions(root, check)
    used, problems = set(), []
    for path, line, message in CHECKS[check](root):
        if path in allowed:
            used.add(path)
        else:
            problems.append(f"{path}:{line}: {message}")
    for path in sorted(set(allowed) - used):
        problems.append(f"tests/lint/exceptions.txt: '{check} {path}' is not needed any more")
    return problems


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in CHECKS:
        raise SystemExit(__doc__)
    root = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    problems = run(sys.argv[1], os.path.abspath(root))
    for problem in problems:
        print(problem)
    print(f"{sys.argv[1]}: {len(problems)} problem(s)")
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
