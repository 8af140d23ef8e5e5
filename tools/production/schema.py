"""schema.txt as tables, and tables as DDL in Odoo's manner."""
import os
import re

SQL_TYPES = {"c": "character varying", "s": "character varying", "t": "text", "h": "text", "J": "jsonb", "H": "jsonb",
             "i": "integer", "b": "boolean", "d": "date", "T": "timestamp without time zone", "n": "numeric",
             "f": "double precision", "x": "bytea", "p": "jsonb", "j": "jsonb"}
# Odoo's field types (ir_model_fields.ttype)
FIELD_TYPES = {"c": "char", "s": "selection", "t": "text", "h": "html", "J": "char", "H": "html", "i": "integer",
               "b": "boolean", "d": "date", "T": "datetime", "n": "monetary", "f": "float", "x": "binary",
               "p": "properties", "j": "json", ">": "many2one"}
_COLUMN = re.compile(r"(?P<name>\w+):(?P<type>>(?P<target>\w+)|[a-zA-Z])(?P<flags>[!^~]|\.[cr])*")
_UNIQUE = {"res_users": ["login"], "ir_config_parameter": ["key"], "res_company": ["name"], "ir_module_module": ["name"],
           "ir_model": ["model"], "res_lang": ["code"], "res_country": ["code"], "mail_blacklist": ["email"],
           "utm_source": ["name"], "res_currency": ["name"], "ir_model_fields": ["model", "name"],
           "res_partner_bank": ["sanitized_acc_number", "partner_id"], "mail_followers": ["res_model", "res_id", "partner_id"],
           "website_visitor": ["access_token"], "survey_user_input": ["access_token"], "hr_employee": ["barcode"],
           "loyalty_card": ["code"], "ir_model_data": ["module", "name"], "mail_alias": ["alias_name", "alias_domain_id"],
           "event_registration": ["barcode"], "account_journal": ["company_id", "code"]}


class Column:
    __slots__ = ("name", "type", "target", "required", "index", "partial", "on_delete")

    def __init__(self, name, type_, target=None, flags=""):
        self.name, self.type, self.target = name, type_, target
        self.required = "!" in flags
        self.index = "^" in flags
        self.partial = "~" in flags
        self.on_delete = {"c": "CASCADE", "r": "RESTRICT"}.get((re.findall(r"\.([cr])", flags) or [""])[0])
        if target and not self.on_delete:
            self.on_delete = "RESTRICT" if self.required else "SET NULL"

    def sql_type(self):
        return "integer" if self.target else SQL_TYPES[self.type]

    def label(self):
        words = re.sub(r"(_ids?|^x_studio_|^x_)", " ", self.name).replace("_", " ").split()
        return " ".join(word.capitalize() for word in words) or self.name


class Table:
    __slots__ = ("name", "model", "columns", "filler", "inherits", "relation")

    def column(self, name):
        return next((c for c in self.columns if c.name == name), None)


def _automatic():
    return [Column("create_uid", ">", "res_users"), Column("create_date", "T"),
            Column("write_uid", ">", "res_users"), Column("write_date", "T")]


def _parse_table(line):
    head, _, rest = line.partition(": ") if ": " in line else (line.rstrip(":"), "", "")
    table = Table()
    words = head.split()
    table.name, table.model, table.filler, table.inherits, table.relation = words[0], words[0].replace("_", "."), 0, None, False
    for word in words[1:]:
        if word.startswith("="):
            table.model = word[1:]
        elif word.startswith("#"):
            table.filler = int(word[1:])
        elif word.startswith("inherits:"):
            table.inherits = word.partition(":")[2]
    bare = table.inherits or "bare" in words
    table.columns = []
    for word in rest.split():
        match = re.fullmatch(r"(\w+):(?:>(\w+)|([a-zA-Z]))((?:[!^~]|\.[cr])*)", word)
        if not match:
            raise ValueError(f"schema.txt: {table.name}: can't read '{word}'")
        table.columns.append(Column(match[1], ">" if match[2] else match[3], match[2], match[4]))
    table.columns += [] if bare else _automatic()
    return table


def _parse_relation(line):
    _, name, left, right = line.split()
    table = Table()
    table.name, table.model, table.filler, table.inherits, table.relation = name, None, 0, None, True
    table.columns = []
    for side in (left, right):
        target, _, column = side.partition(":")
        table.columns.append(Column(column or target + "_id", ">", target, "!.c"))
    return table


def load():
    tables = {}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema.txt")
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            line = line.strip()
            if line and not line.startswith("#"):
                table = _parse_relation(line) if line.startswith("many2many ") else _parse_table(line)
                tables[table.name] = table
    for table in tables.values():
        for column in table.columns:
            if column.target and column.target not in tables:
                raise ValueError(f"schema.txt: {table.name}.{column.name}: no table {column.target}")
    return tables


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def create(tables):
    """Tables, sequences, comments: what stands before the rows."""
    for table in tables.values():
        columns = [f'"{c.name}" {c.sql_type()}' + (" NOT NULL" if c.required else "") for c in table.columns]
        if table.inherits:
            yield (f"CREATE TABLE {table.name} ({', '.join(columns)}) INHERITS ({table.inherits});\n"
                   f"ALTER TABLE {table.name} ALTER COLUMN id SET DEFAULT nextval('{table.inherits}_id_seq');")
        else:
            if not table.relation:
                columns.insert(0, "id serial NOT NULL")
            yield f"CREATE TABLE {table.name} ({', '.join(columns)});"
    for table in tables.values():
        if table.relation:
            left, right = table.columns
            yield f"COMMENT ON TABLE {table.name} IS 'RELATION BETWEEN {left.target} AND {right.target}';"
            continue
        yield f"COMMENT ON TABLE {table.name} IS {literal(table.model.replace('.', ' ').title())};"
        for column in table.columns:
            yield f"COMMENT ON COLUMN {table.name}.\"{column.name}\" IS {literal(column.label())};"


def indexes(tables):
    """(table, statement) of keys and indexes."""
    for table in tables.values():
        if table.relation:
            left, right = (c.name for c in table.columns)
            yield table.name, f"ALTER TABLE {table.name} ADD PRIMARY KEY ({left}, {right});"
            yield table.name, f"CREATE INDEX {table.name}_{right}_{left}_idx ON {table.name} ({right}, {left});"
            continue
        yield table.name, f"ALTER TABLE {table.name} ADD CONSTRAINT {table.name}_pkey PRIMARY KEY (id);"
        unique = _UNIQUE.get(table.name)
        if unique:
            yield table.name, (f"ALTER TABLE {table.name} ADD CONSTRAINT {table.name}_{'_'.join(unique)}_uniq "
                               f"UNIQUE ({', '.join(unique)});")
        for column in table.columns:
            if column.index and unique != [column.name]:
                yield table.name, f"CREATE INDEX {table.name}__{column.name}_index ON {table.name} ({column.name});"
            elif column.partial:
                yield table.name, (f"CREATE INDEX {table.name}__{column.name}_index ON {table.name} ({column.name}) "
                                   f"WHERE {column.name} IS NOT NULL;")
    yield "mail_message", "CREATE INDEX mail_message_model_res_id_idx ON mail_message (model, res_id);"
    yield "mail_message", "CREATE INDEX mail_message_model_res_id_id_idx ON mail_message (model, res_id, id);"
    yield "ir_attachment", "CREATE INDEX ir_attachment_res_idx ON ir_attachment (res_model, res_id);"
    yield "crm_lead", "CREATE INDEX crm_lead_user_id_team_id_type_index ON crm_lead (user_id, team_id, type);"
    yield "res_partner", (r"CREATE INDEX res_partner_phone_partial_tgm ON res_partner "
                          r"(regexp_replace(phone::text, '[\s\\./\(\)\-]', '', 'g')) WHERE phone IS NOT NULL;")
    yield "account_move", ("CREATE INDEX account_move_payment_idx ON account_move "
                           "(journal_id, state, payment_state, move_type, date);")


def foreign_keys(tables):
    for table in tables.values():
        for column in table.columns:
            target = tables[column.target] if column.target else None
            if target is None or target.name == "ir_actions":
                continue  # a key to ir_actions would not see the tables that inherit from it
            yield (f"ALTER TABLE {table.name} ADD CONSTRAINT {table.name}_{column.name}_fkey FOREIGN KEY "
                   f"(\"{column.name}\") REFERENCES {target.name} (id) ON DELETE {column.on_delete};")
