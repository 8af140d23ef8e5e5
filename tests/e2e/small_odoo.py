"""The least that is an Odoo with something in every stage of a refresh: a person and text about him, files of every
treatment, a queued mail and a job to neutralise, keys, indexes and a view to build. A refresh of it is a second or two.
"""
import hashlib
import os

SQL = """
CREATE TABLE ir_module_module (id serial PRIMARY KEY, name varchar UNIQUE, state varchar, latest_version varchar);
INSERT INTO ir_module_module (name, state, latest_version) VALUES ('base', 'installed', '17.0.1.3'), ('mail', 'installed', '17.0.1.15');
CREATE TABLE ir_module_module_dependency (id serial PRIMARY KEY, name varchar, module_id int);
CREATE TABLE ir_model_fields (id serial PRIMARY KEY, model varchar, name varchar, ttype varchar, relation varchar, state varchar, store bool);
INSERT INTO ir_model_fields (model, name, ttype, state, store) VALUES ('res.partner', 'name', 'char', 'base', true), ('res.partner', 'email', 'char', 'base', true);
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar UNIQUE, value text);
INSERT INTO ir_config_parameter (key, value) VALUES ('database.uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), ('web.base.url', 'https://prod.hruridge.de');
CREATE TABLE res_country (id serial PRIMARY KEY, code varchar(2)); INSERT INTO res_country (code) VALUES ('DE');
CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar, email varchar, phone varchar, lang varchar, country_id int REFERENCES res_country, is_company bool);
INSERT INTO res_partner (name, email, phone, lang, country_id) SELECT 'Vrysko Njastein' || i, 'vrysko' || i || '@hruridge-kundenmail.de', '+49 30 8228' || i, 'de_DE', 1
  FROM generate_series(1000, 1150) i;
CREATE TABLE res_company (id serial PRIMARY KEY, partner_id int REFERENCES res_partner, name varchar); INSERT INTO res_company (partner_id, name) VALUES (1, 'Own');
CREATE TABLE mail_message (id serial PRIMARY KEY, author_id int REFERENCES res_partner ON DELETE SET NULL, body text, email_from varchar);
INSERT INTO mail_message (author_id, body, email_from) SELECT id, '<p>Dear ' || name || ', ' || repeat('see you soon. ', 12) || email || '</p>', email FROM res_partner;
CREATE INDEX ON mail_message (author_id); CREATE INDEX ON res_partner (lower(email));
CREATE TABLE mail_mail (id serial PRIMARY KEY, state varchar, email_to text); INSERT INTO mail_mail (state, email_to) VALUES ('outgoing', 'vrysko1000@hruridge-kundenmail.de');
CREATE TABLE ir_mail_server (id serial PRIMARY KEY, name varchar, smtp_host varchar, smtp_port int, smtp_user varchar, smtp_pass varchar, active bool);
INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_user, smtp_pass, active) VALUES ('out', 'smtp.hruridge.de', 25, 'u', 'Hush-Smtp-5', true);
CREATE TABLE line (id int PRIMARY KEY, pad text); INSERT INTO line SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, 2500) i;
CREATE INDEX ON line (pad); CREATE TABLE x_mark (id serial PRIMARY KEY, x_round int);
CREATE MATERIALIZED VIEW per_partner AS SELECT author_id, count(*) FROM mail_message GROUP BY 1;
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name varchar, res_model varchar, res_field varchar, res_id int, type varchar, url varchar, public bool,
  store_fname varchar, checksum varchar(40), file_size int, mimetype varchar, index_content text, db_datas bytea);
"""
FILES = 60
SAME_ROWS = ("ir_config_parameter", "ir_mail_server", "line", "mail_mail", "mail_message", "per_partner", "res_company", "res_partner")
SEEN = """
SET extra_float_digits = 3;
SELECT coalesce(bool_and(NOT (datallowconn AND has_database_privilege('public', oid, 'connect'))), true) FROM pg_database WHERE datname LIKE '\\_understudy\\_%';
SELECT coalesce(max(x_round), 0) FROM x_mark;
SELECT count(*) FROM ir_attachment;
SELECT count(*), bool_and(convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace;
SELECT count(*), bool_and(indisvalid) FROM pg_index WHERE indrelid >= 16384;
""" + "".join(f"SELECT '{t}', count(*), md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {t} t;\n" for t in SAME_ROWS) + """
SELECT 'files'; SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL ORDER BY id;
"""


def content_of(number):
    """Files of web assets are kept; texts and papers about people become others."""
    kinds = (("asset.css", "ir.ui.view", "text/css", b"a { width: %d }"), ("cv.pdf", "hr.applicant", "application/pdf", b"%%PDF-1.4 %d"),
             ("note.txt", "res.partner", "text/plain", b"Wrote to vrysko1000@hruridge-kundenmail.de %d"))
    name, model, mimetype, text = kinds[number % 3]
    return name, model, mimetype, text % number


def make(cluster, database, filestore):
    """The database and its filestore directory."""
    cluster.create(database)
    rows = []
    for number in range(FILES):
        name, model, mimetype, content = content_of(number)
        digest = hashlib.sha1(content).hexdigest()
        folder = os.path.join(filestore, digest[:2])
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, digest), "wb") as stream:
            stream.write(content)
        rows.append(f"('{name}', '{model}', {number + 1}, 'binary', {'true' if number % 3 == 0 else 'false'}, "
                    f"'{digest[:2]}/{digest}', '{digest}', {len(content)}, '{mimetype}')")
    cluster.sql(SQL + "INSERT INTO ir_attachment (name, res_model, res_id, type, public, store_fname, checksum, file_size, mimetype) VALUES "
                + ",".join(rows), database)


def content_of_round(number):
    return b"a { round: %d }" % number


def mark(cluster, database, filestore, number):
    """A change in both halves of production, so that a staging made of two days shows: a row, and a kept file with it."""
    content = content_of_round(number)
    digest = hashlib.sha1(content).hexdigest()
    folder = os.path.join(filestore, digest[:2])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, digest), "wb") as stream:
        stream.write(content)
    cluster.sql(f"INSERT INTO x_mark (x_round) VALUES ({number}); UPDATE ir_attachment SET store_fname = '{digest[:2]}/{digest}', "
                f"checksum = '{digest}', file_size = {len(content)} WHERE id = 1", database)


def seen(cluster, database, files):
    """What a user of staging sees: the round, all that stays the same from round to round, files that are missing, and the
    kept file that changes with every round: it tells whether rows and files are of one day."""
    lines = cluster.sql(SEEN, database).split("\n")
    if lines[0] != "t":
        raise AssertionError("others may connect to what is not published")
    names = lines[lines.index("files") + 1:]
    missing = [name for name in names if not os.path.isfile(os.path.join(files, name))]
    content = b""
    if names[0] not in missing:
        with open(os.path.join(files, names[0]), "rb") as stream:
            content = stream.read()
    return int(lines[1]), lines[2:lines.index("files")], missing, content
