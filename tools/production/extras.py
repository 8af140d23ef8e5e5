"""The rest: filler of small tables, and what a copy gets wrong (views, large objects, run-time sequences, Studio)."""
from . import people
from . import world as w


def _filler_value(table, column, n, db):
    kind = column.type
    if column.target:
        last = db.last_id.get(column.target, db.tables[column.target].filler)
        return 1 + n % last if (column.required or n % 2) and last and column.target != table.name else None
    label = f"{table.name.replace('_', ' ').title()} {n + 1}"
    if kind in "ct":
        return {"code": f"{n + 1:04d}", "email": f"box{n}@example.org", "domain": "[]", "context": "{}", "sort": "[]"}.get(column.name, label)
    if kind == "s":
        return "default"
    if kind in "JH":
        return w.tr(label if kind == "J" else f"<p>{label}</p>")
    if kind == "h":
        return f"<p>{label}</p>"
    if kind == "d":
        return w.day(n)
    if kind == "T":
        return w.moment(n)
    return {"i": n + 1, "n": n + 1, "f": float(n + 1), "b": n % 7 != 6}.get(kind)


def write_filler(db, names=None):
    for table in db.tables.values():
        if table.filler and table.name not in db.last_id and (names is None or table.name in names):
            columns = [c for c in table.columns if c.name not in ("create_uid", "create_date", "write_uid", "write_date")]
            if columns:
                db.copy(table.name, ({c.name: _filler_value(table, c, n, db) for c in columns} for n in range(table.filler)))


STUDIO_TABLE = """
CREATE TABLE x_loyalty_card (
  id serial PRIMARY KEY, x_name varchar, x_holder varchar, x_card varchar, x_scan bytea, x_tags text[],
  x_initials varchar GENERATED ALWAYS AS (left(x_holder, 1)) STORED);
"""

# After the rows: what hangs on them.
OBJECTS = """
CREATE VIEW hr_employee_public AS SELECT id, name, job_title, work_email, company_id, department_id FROM hr_employee;
CREATE VIEW sale_report AS
  SELECT min(l.id) AS id, o.partner_id, o.user_id, sum(l.price_subtotal) AS price_subtotal, count(*) AS nbr
  FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id GROUP BY o.partner_id, o.user_id;
CREATE MATERIALIZED VIEW x_partner_revenue AS
  SELECT p.id, p.name, p.email, sum(o.amount_total) AS revenue
  FROM res_partner p JOIN sale_order o ON o.partner_id = p.id GROUP BY p.id, p.name, p.email;
CREATE UNIQUE INDEX x_partner_revenue_id ON x_partner_revenue (id);
ALTER TABLE res_partner ADD CONSTRAINT res_partner_check_name
  CHECK ((type::text = 'contact'::text AND name IS NOT NULL) OR type::text <> 'contact'::text);
COMMENT ON CONSTRAINT res_partner_check_name ON res_partner IS 'Contacts require a name';
CREATE FUNCTION x_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.write_date := now() at time zone 'UTC'; RETURN NEW; END $$;
CREATE TRIGGER x_partner_touch BEFORE UPDATE ON res_partner FOR EACH ROW EXECUTE FUNCTION x_touch();
"""


def write_studio(db, world):
    db.sql(STUDIO_TABLE)
    rng = world.rng("cards")
    db.sql("COPY x_loyalty_card (x_name, x_holder, x_card, x_scan, x_tags) FROM stdin;")
    for i in range(min(200, len(world.people))):
        person = world.people[i]
        card = "4" + "".join(str(rng.randrange(10)) for _ in range(15))
        world.tell(card, "card")
        tags = '{"gold","%s"}' % person.city
        db.sql("\t".join(w.field(v) for v in (f"Card {i}", person.name, card, person.name.encode(), tags)))
    db.sql("\\.")
    db.copy("x_audit_note", ({"x_name": f"note {i}", "x_text": f"spoke to {world.people[i].name}\tand then\nto \\N, call {world.people[i].phone}",
                              "x_partner_id": world.person_id(i)} for i in range(min(50, len(world.people)))))


def write_sequences(db):
    db.copy("ir_sequence", ({"number_next": 1, "number_increment": 1, "padding": 5, "company_id": 1, "name": name, "code": code,
                             "implementation": "standard" if i < 12 else "no_gap", "prefix": prefix, "active": True, "use_date_range": False}
                            for i, (name, code, prefix) in enumerate(
                                (f"Sequence {i}", f"model.{i}", f"S{i}/") for i in range(16))))
    for i in range(1, 13):  # as ir.sequence makes them at run time; nobody owns them
        db.sql(f"CREATE SEQUENCE ir_sequence_{i:03d} INCREMENT BY 1 START WITH 1; SELECT setval('ir_sequence_{i:03d}', {i * 137});")
    db.sql("CREATE SEQUENCE base_cache_signaling_default; SELECT setval('base_cache_signaling_default', 42);"
           "CREATE SEQUENCE base_registry_signaling; SELECT setval('base_registry_signaling', 7);")


def write_large_object(db, world):
    person = people.make_person(world.seed, 6000000)
    world.tell(person.email, "email")
    content = f"Scanned letter of {person.name}, {person.email}, {person.phone}\n".encode()
    db.sql(f"SELECT lo_from_bytea(16400, decode('{content.hex()}', 'hex'));"
           "COMMENT ON LARGE OBJECT 16400 IS 'scan';")


def set_sequences(db):
    for table in db.tables.values():
        if not table.relation and not table.inherits:
            last = db.last_id.get(table.name, 0)
            db.sql(f"SELECT setval('{table.name}_id_seq', {max(last, 1)}, {'true' if last else 'false'});")
