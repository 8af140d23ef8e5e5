"""Who there is in the generated production, how many of everything, and the COPY stream that all rows go through."""
import datetime
import json
import random
import subprocess

from . import people

DAY_ZERO = datetime.date(2021, 1, 4)
MODULES = ("base web mail contacts crm sale sale_management account payment payment_stripe payment_adyen payment_paypal "
           "product stock purchase hr hr_recruitment hr_contract hr_holidays hr_skills calendar project fleet survey event "
           "website website_sale mass_mailing sms snailmail iap auth_oauth auth_totp auth_signup base_automation "
           "google_calendar microsoft_calendar digest utm resource uom portal bus fetchmail link_tracker loyalty "
           "maintenance mrp point_of_sale lunch repair gamification im_livechat membership rating phone_validation "
           "spreadsheet_dashboard analytic base_vat base_iban base_import http_routing web_editor web_tour").split()
# What base's own XML ids call the users.
SYSTEM_USERS = (("__system__", "OdooBot", "user_root"), ("admin", None, "user_admin"), ("public", "Public user", "public_user"),
                ("portaltemplate", "Portal User Template", "template_portal_user_id"))


class Sizes:
    """How many of what at this scale; 1 is about 140 MB, and everything grows in proportion."""

    def __init__(self, scale):
        def of(count, least=3):
            return max(least, int(count * scale))

        self.scale = scale
        self.users = min(400, of(24, 8))
        self.companies = of(320)
        self.people = of(2200)
        self.messages = of(66000, 200)
        self.tracking = of(9000)
        self.notifications = of(16000)
        self.followers = of(8000)
        self.mails = of(900)
        self.leads = of(1100)
        self.orders = of(1400)
        self.moves = of(1600)
        self.products = max(30, int(250 * scale ** 0.5))
        self.employees = min(3000, of(60, 10))
        self.applicants = of(180)
        self.events = of(400)
        self.attachments = of(700)
        self.pickings = of(900)
        self.tasks = of(400)
        self.visitors = of(800)
        self.statement_lines = of(500)


class World:
    def __init__(self, seed, scale):
        self.seed = seed
        self.sizes = Sizes(scale)
        sizes = self.sizes
        self.companies = [people.make_company(seed, i) for i in range(sizes.companies)]
        self.own = people.make_company(seed, 1000003)
        self.staff = [people.make_person(seed, 2000000 + i, self.own)
                      for i in range(max(sizes.employees, sizes.users) + 4)]
        rng = random.Random(f"{seed}/belongs")
        self.people = []
        for i in range(sizes.people):
            company = rng.choice(self.companies) if rng.randrange(10) < 7 else None
            self.people.append(people.make_person(seed, i, company))
        self.accounts = [people.iban(random.Random(f"{seed}/iban/{i}"), p.country) for i, p in enumerate(self.people)]
        # res_partner's ids: own company, users, companies, people.
        self.first_company = 2 + sizes.users
        self.first_person = self.first_company + sizes.companies
        self.partner_count = self.first_person + sizes.people - 1
        self.truth = []

    def rng(self, purpose):
        return random.Random(f"{self.seed}/{purpose}")

    def user_person(self, user_id):
        """The person behind a user: from 5 on everyone is staff; 2 is the administrator."""
        return self.staff[user_id - 1]

    def person_id(self, index):
        return self.first_person + index

    def company_id(self, index):
        return self.first_company + index

    def tell(self, value, kind):
        """Adds a value to the truth file: nothing that staging may hold."""
        if value:
            self.truth.append((value, kind))


def day(number):
    return (DAY_ZERO + datetime.timedelta(days=number % 1700)).isoformat()


def moment(number):
    return f"{day(number)} {7 + number % 11:02d}:{number * 7 % 60:02d}:{number * 13 % 60:02d}.{number * 7919 % 1000000:06d}"


def tr(text, **languages):
    """A translated value, as Odoo 16 and later keep it."""
    return {"en_US": text, **languages}


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def field(value):
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value)


class Database:
    """One psql that eats statements and COPY data. Any error ends it, and close() says so."""

    def __init__(self, dsn, tables):
        self.tables = tables
        self.last_id = {}
        self.process = subprocess.Popen(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL)
        self.sql("SET client_min_messages = warning; SET synchronous_commit = off; SET maintenance_work_mem = '256MB';"
                 "SET statement_timeout = 0; SET client_encoding = 'UTF8';")

    def write(self, text):
        self.process.stdin.write(text.encode())

    def sql(self, text):
        self.write(text + "\n")

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        if self.process.wait() != 0:
            raise SystemExit("understudy generate-production: error: psql failed, see above")

    def copy(self, name, rows, first_id=1, stamp=True):
        """Rows as dicts with the same keys each. Numbers them from first_id and adds who and when."""
        table = self.tables[name]
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return 0
        numbered = not table.relation and "id" not in first
        stamped = stamp and table.column("create_uid") is not None or table.inherits
        names = (["id"] if numbered else []) + list(first) + (["create_uid", "create_date", "write_uid", "write_date"]
                                                              if stamped else [])
        for column in first:
            if column != "id" and table.column(column) is None and not (table.inherits and self.tables[table.inherits].column(column)):
                raise ValueError(f"{name} has no column {column}")
        quoted = ", ".join(f'"{n}"' for n in names)
        self.sql(f"COPY {name} ({quoted}) FROM stdin;")
        number = first_id
        lines = []
        row = first
        while row is not None:
            values = [field(v) for v in row.values()]
            if numbered:
                values.insert(0, str(number))
            if stamped:
                when = moment(number)
                values += [str(1 + number % 6), when, str(1 + number % 5), when]
            lines.append("\t".join(values))
            number += 1
            if len(lines) == 2000:
                self.write("\n".join(lines) + "\n")
                lines = []
            row = next(rows, None)
        self.write("\n".join(lines) + ("\n" if lines else "") + "\\.\n")
        if numbered:
            self.last_id[name] = number - 1
        return number - first_id
