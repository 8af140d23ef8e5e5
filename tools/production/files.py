"""The filestore and its rows: small text, CSV, PDF, PNG and HTML files, with people in the personal ones."""
import hashlib
import os
import struct
import zlib

from . import text
from . import world as w


def pdf(lines):
    """A small valid PDF with the lines as text, uncompressed, so that a search finds them."""
    shown = [line.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines]
    stream = b"BT /F1 11 Tf 60 780 Td 14 TL\n" + b"\n".join(b"(" + line + b") Tj T*" for line in shown) + b"\nET"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def png(seed, size=32):
    """A picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = bytes((seed * 37 % 256, seed * 91 % 256, seed * 151 % 256))
    rows = b"".join(b"\0" + colour * size for _ in range(size))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def _content(world, i, rng):
    """(file name, res_model, res_field, res_id, mimetype, bytes, index_content) of attachment i."""
    index = i * 3 % len(world.people)
    person, account = world.people[index], world.accounts[index]
    kind = i % 6
    if kind == 0:
        lines = [f"Curriculum vitae of {person.name}", person.street, f"{person.zip} {person.city}", person.phone, person.email]
        return (f"{person.first}_{person.last}_CV.pdf", "hr.applicant", None, 1 + i % world.sizes.applicants, "application/pdf", pdf(lines),
                "application\n" + "\n".join(lines))
    if kind == 1:
        rows = "name;email;phone;iban\r\n" + "".join(
            f"{p.name};{p.email};{p.phone};{world.accounts[(index + n) % len(world.people)]}\r\n"
            for n, p in enumerate(world.people[index:index + 8]))
        return f"contacts-{i}.csv", "res.partner", None, world.person_id(index), "text/csv", rows.encode(), rows
    if kind == 2:
        body = text.plain(person, account, rng)
        return f"note {person.last}.txt", "crm.lead", None, 1 + i % world.sizes.leads, "text/plain", body.encode(), body
    if kind == 3:
        return f"product-{i}.png", "product.template", "image_1920", 1 + i % world.sizes.products, "image/png", png(i % 200), None
    if kind == 4:
        body = "<html><body>" + text.body(person, person, account, rng) + "</body></html>"
        return f"mail-{i}.html", "mail.message", None, 1 + i % world.sizes.messages, "text/html", body.encode(), None
    css = f"/* bundle {i % 40} */ .o_form_view {{ color: #{i % 40:06x}; }}\n" * 20
    return f"web.assets_{i % 40}.min.css", "ir.ui.view", None, 0, "text/css", css.encode(), None


def write_attachments(db, world, filestore):
    rng = world.rng("files")
    rows = []
    for i in range(world.sizes.attachments):
        name, model, res_field, res_id, mimetype, content, index = _content(world, i, rng)
        checksum = hashlib.sha1(content).hexdigest()
        store = f"{checksum[:2]}/{checksum}"
        # One file is missing, as in life; without a filestore all are.
        if filestore and i != 7:
            directory = os.path.join(filestore, checksum[:2])
            os.makedirs(directory, exist_ok=True)
            with open(os.path.join(directory, checksum), "wb") as stream:
                stream.write(content)
        rows.append({"res_id": res_id, "company_id": 1, "file_size": len(content), "name": name, "res_model": model, "res_field": res_field,
                     "type": "binary", "url": f"/web/assets/{i % 40:07x}/{name}" if res_id == 0 else None, "store_fname": store,
                     "checksum": checksum, "mimetype": mimetype, "index_content": index, "public": res_id == 0, "db_datas": None})
    person = world.people[0]
    rows.append({"res_id": 1, "company_id": 1, "file_size": 24, "name": "kept-in-database.txt", "res_model": "res.partner", "res_field": None,
                 "type": "binary", "url": None, "store_fname": None, "checksum": None, "mimetype": "text/plain", "index_content": None,
                 "public": False, "db_datas": f"{person.name}, {person.phone}".encode()})
    db.copy("ir_attachment", iter(rows))
    db.copy("message_attachment_rel", ({"message_id": 1 + i * 7 % world.sizes.messages, "attachment_id": 1 + i}
                                       for i in range(world.sizes.attachments)))
    if filestore:
        os.makedirs(os.path.join(filestore, "checklist"), exist_ok=True)
    return len(rows)
