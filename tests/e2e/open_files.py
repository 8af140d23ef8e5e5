#!/usr/bin/python3
"""Opens files with the readers that a distribution has: lines "mimetype<TAB>path" on standard input.

Prints "OK n" and, for each that its reader refuses, "REFUSED mimetype path". Exit code 77: a reader is not installed.
"""
import shutil
import subprocess
import sys
import xml.dom.minidom
import zipfile

try:
    import docx
    import openpyxl
    from PIL import Image
except ImportError:
    sys.exit(77)
if shutil.which("pdftotext") is None:
    sys.exit(77)


def pdf(path):
    subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True)


def image(path):
    with Image.open(path) as one:
        one.load()


def archive(path):
    with zipfile.ZipFile(path) as one:
        if one.testzip() is not None:
            raise ValueError("a damaged member")


READERS = (("application/pdf", pdf), ("image/svg", xml.dom.minidom.parse), ("image/", image), ("wordprocessingml", docx.Document),
           ("spreadsheetml", openpyxl.load_workbook), ("application/zip", archive))


def main():
    opened = 0
    for line in sys.stdin:
        mimetype, path = line.rstrip("\n").split("\t")
        reader = next((r for name, r in READERS if name in mimetype), None)
        if reader is None:
            continue
        try:
            reader(path)
            opened += 1
        except Exception:  # pylint: disable=broad-except  # whatever a reader makes of it
            print(f"REFUSED {mimetype} {path}")
    print(f"OK {opened}")


if __name__ == "__main__":
    main()
