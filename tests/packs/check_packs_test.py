"""Every finding of tools/check-packs turns red on a pack that has it: check_packs_test.py TOOL."""
import os
import subprocess
import sys
import tempfile

GOOD = "pack: site\ntables:\n  t: {a: keep, b: {pseudonym: name, if: {c: null}, else: null}}\n  u: empty\n"
BAD = {
    "unknown treatment 'kepe'": "pack: p\ntables: {t: {a: kepe}}\n",
    "unknown kind 'nmae'": "pack: p\ntables: {t: {a: {pseudonym: nmae}}}\n",
    "exactly one treatment": "pack: p\ntables: {t: {a: {keep: true, lorem: true}}}\n",
    "else without if": "pack: p\ntables: {t: {a: {pseudonym: name, else: keep}}}\n",
    "'a' twice": "pack: p\ntables:\n  t:\n    a: keep\n    a: rewrite\n",
    "emptied twice": ["pack: p\ntables: {t: empty}\n", "pack: q\ntables: {t: empty}\n"],
    "named before": ["pack: p\ntables: {t: {a: keep}}\n", "pack: q\ntables: {t: {a: rewrite}}\n"],
    "unknown key 'tabels'": "pack: p\ntabels: {}\n",
    "unknown test 'colum'": "pack: p\npatterns: [{colum: x, do: keep}]\n",
    "column: ": "pack: p\npatterns: [{column: '(', do: keep}]\n",
}


def check(tool, packs):
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(os.path.join(directory, "odoo"))
        for number, text in enumerate(packs):
            with open(os.path.join(directory, "odoo", f"{number}.yaml"), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, "-B", tool, "--files", "--rules", directory], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def main():
    failures = []
    code, text = check(sys.argv[1], [GOOD])
    if code != 0:
        failures.append(f"a good pack is refused: {text}")
    override = "pack: q\ntables: {t: {a: {rewrite: true, reason: 'overrides site: ours'}}}\n"
    code, text = check(sys.argv[1], [GOOD, override])
    if code != 0:
        failures.append(f"an override that says so is refused: {text}")
    for finding, packs in BAD.items():
        code, text = check(sys.argv[1], packs if isinstance(packs, list) else [packs])
        if code != 1 or finding not in text:
            failures.append(f"not found: {finding}: exit {code}, {text}")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
