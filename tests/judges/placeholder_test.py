#!/usr/bin/python3
"""Placeholders, avatars and stripped pictures opened by other people's programs: pdftotext, Pillow, python-docx,
openpyxl, unzip.

The same must refuse a placeholder that has been cut in half: a reader that opens anything proves nothing.
"""
import email
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom
import zipfile

SKIP = 77  # what CTest takes for skipped
try:
    import docx
    import openpyxl
    from PIL import Image, PngImagePlugin
except ImportError as error:
    print(f"skipped: {error} (tools/setup installs it)")
    sys.exit(SKIP)
if shutil.which("pdftotext") is None:
    print("skipped: no pdftotext (tools/setup installs it)")
    sys.exit(SKIP)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAYS = "laceholder"


def pdf(path):
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    if done.stderr:
        raise ValueError(done.stderr)
    return done.stdout


def image(path):
    with Image.open(path) as opened:
        opened.load()
        return opened.size


def sheet(path):
    book = openpyxl.load_workbook(path)
    return " ".join(str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value)


def archive(path):
    with zipfile.ZipFile(path) as opened:
        if opened.testzip() is not None:
            raise ValueError("a damaged member")
        return " ".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def text(path):
    return read(path).decode("utf-8")


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def mail(path):
    with open(path, "rb") as stream:
        message = email.message_from_binary_file(stream)
    if message.defects or not message["subject"]:
        raise ValueError("no mail")
    return message["subject"] + str(message.get_payload())


READERS = {
    "pdf": ("application/pdf", pdf), "slides": ("application/vnd.ms-powerpoint", pdf),
    "docx": (WORD, lambda p: " ".join(x.text for x in docx.Document(p).paragraphs)),
    "doc": ("application/msword", lambda p: " ".join(x.text for x in docx.Document(p).paragraphs)),
    "xlsx": (SHEET, sheet), "xls": ("application/vnd.ms-excel", sheet),
    "odt": ("application/vnd.oasis.opendocument.text", archive), "ods": ("application/vnd.oasis.opendocument.spreadsheet", archive),
    "zip": ("application/zip", archive), "eml": ("message/rfc822", mail), "json": ("application/json", lambda p: json.dumps(json.loads(text(p)))),
    "xml": ("application/xml", lambda p: xml.dom.minidom.parseString(text(p)).toxml()),
    "svg": ("image/svg+xml", lambda p: SAYS if xml.dom.minidom.parseString(text(p)).documentElement.tagName == "svg" else ""),
    "text": ("text/plain", text), "html": ("text/html", text), "unknown": ("application/x-nobody-knows", text),
}
IMAGES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
CUT = ("pdf", "docx", "xlsx", "odt", "zip")


class Placeholders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="understudy-placeholders-")
        cls.addClassCleanup(folder.cleanup)
        wanted = {**{n: m for n, (m, _) in READERS.items()}, **IMAGES}
        done = subprocess.run([PROGRAM, folder.name], input="".join(f"{n}\t{m}\n" for n, m in wanted.items()), text=True,
                              capture_output=True, check=True)
        cls.files = {line.split("\t")[0]: line.split("\t")[1] for line in done.stdout.splitlines()}

    def test_documents_open_and_say_what_they_are(self):
        for name, (_, reader) in READERS.items():
            with self.subTest(name):
                self.assertIn(SAYS, reader(self.files[name]))

    def test_images_open(self):
        for name in IMAGES:
            with self.subTest(name):
                self.assertGreaterEqual(min(image(self.files[name])), 8)

    def test_avatars_have_the_sizes_that_odoo_stores(self):
        for size in (1920, 1024, 512, 256, 128):
            self.assertEqual(image(self.files[f"avatar-{size}"]), (size, size))

    def test_every_script_shows_more_than_a_colour(self):
        for name in ("Ana Roy", "\u738b\u5c0f\u660e", "\u0645\u062d\u0645\u062f"):
            with self.subTest(name), Image.open(self.files["look-" + name]) as opened:
                self.assertEqual(len(opened.convert("RGB").getcolors()), 2)

    def test_stripped_pictures_are_the_same_pictures(self):
        """Pillow writes pictures that say where and by whom; stripped, it finds the same pixels and nothing else."""
        folder = os.path.dirname(self.files["png"])
        picture = Image.effect_noise((40, 30), 50).convert("RGB")
        exif = Image.Exif()
        exif[0x013B] = "Ngozi Okonkwo"  # Artist
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # GPSLatitude
        xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>Ngozi Okonkwo</dc:creator></x:xmpmeta>"
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "Ngozi Okonkwo")
        for form, options in (("jpeg", {"exif": exif, "xmp": xmp, "comment": b"by Ngozi Okonkwo"}),
                              ("png", {"exif": exif, "pnginfo": text}), ("webp", {"exif": exif, "xmp": xmp, "lossless": True}),
                              ("gif", {"comment": b"by Ngozi Okonkwo"})):
            for frames in ((), (picture.rotate(90),)) if form in ("webp", "gif") else ((),):
                with self.subTest(form, frames=len(frames)):
                    before, after = f"{folder}/before.{form}", f"{folder}/after.{form}"
                    if frames:
                        options = {**options, "save_all": True, "append_images": frames}
                    picture.save(before, **options)
                    self.assertIn(b"Okonkwo", read(before))
                    self.assertEqual(subprocess.run([PROGRAM, "--strip", before, after]).returncode, 0)
                    self.assertNotIn(b"Okonkwo", read(after))
                    with Image.open(before) as one, Image.open(after) as other:
                        self.assertEqual(getattr(one, "n_frames", 1), getattr(other, "n_frames", 1))
                        self.assertEqual(one.convert("RGB").tobytes(), other.convert("RGB").tobytes())
                        self.assertFalse(dict(other.getexif()))
                        self.assertFalse({"xmp", "comment", "Author", "exif"} & set(other.info))
                    self.assertEqual(subprocess.run([PROGRAM, "--strip", after, after]).returncode, 10)

    def test_what_cannot_be_stripped_is_said(self):
        for name in ("pdf", "svg", "docx"):
            self.assertEqual(subprocess.run([PROGRAM, "--strip", self.files[name], "/dev/null"]).returncode, 11)

    def test_a_cut_file_is_refused(self):
        for name in CUT + ("png",):
            half = self.files[name] + ".half"
            with open(self.files[name], "rb") as whole, open(half, "wb") as stream:
                stream.write(whole.read()[:os.path.getsize(self.files[name]) // 2])
            reader = image if name == "png" else READERS[name][1]
            with self.subTest(name), self.assertRaises(Exception):
                reader(half)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
