"""Companies, contacts, users, employees, applicants: the rows that are people."""
from . import people, text
from . import world as w
from .catalogue import COUNTRY_ID

# passlib's pbkdf2-sha512 with 600000 rounds, as Odoo writes it; the digests are of nothing.
_HASH = "$pbkdf2-sha512$600000$"


def _country(code):
    return COUNTRY_ID[code]


def _company_row(number, company, own=False):
    return {"id": number, "company_id": None, "name": company.name, "parent_id": None, "country_id": _country(company.country),
            "commercial_partner_id": number, "complete_name": company.name, "lang": "en_US", "tz": "Europe/Berlin",
            "vat": company.vat, "company_registry": f"HRB {number * 37 % 99991}", "website": company.website, "type": "contact",
            "street": company.street, "zip": company.zip, "city": company.city, "email": company.email, "phone": company.phone,
            "mobile": None, "commercial_company_name": company.name, "function": None, "comment": None,
            "partner_latitude": 48.1 + number % 500 / 100, "partner_longitude": 9.5 + number % 700 / 100,
            "active": True, "is_company": True, "partner_share": not own, "email_normalized": company.email.lower(),
            "phone_sanitized": "+" + "".join(c for c in company.phone if c.isdigit()), "customer_rank": number % 7,
            "supplier_rank": number % 3, "properties": None, "x_studio_national_id": None, "x_studio_hobby": None,
            "x_notes_private": None, "signup_token": None, "category": None}


def _person_row(number, person, parent, rng, world):
    company = person.company.name if person.company else None
    national = f"{rng.randrange(10, 99)} {rng.randrange(100000, 999999)} {rng.choice('ABCDEFGHJK')} {rng.randrange(100, 999)}" \
        if rng.randrange(4) == 0 else None
    world.tell(national, "national_id")
    private = text.plain(person, people.iban(rng, person.country), rng, 1) if rng.randrange(8) == 0 else None
    return {"id": number, "company_id": None, "name": person.name, "parent_id": parent, "country_id": _country(person.country),
            "commercial_partner_id": parent or number, "complete_name": f"{company}, {person.name}" if company else person.name,
            "lang": person.lang, "tz": "Europe/Berlin", "vat": None, "company_registry": None, "website": None, "type": "contact",
            "street": person.street, "zip": person.zip, "city": person.city, "email": person.email, "phone": person.phone,
            "mobile": person.mobile, "commercial_company_name": company,
            "function": rng.choice(("Buyer", "Head of Sales", "Accountant", None, "Technician")),
            "comment": f"<p>{text.paragraph(text.spelled(person, '', rng), rng, 2)}</p>" if rng.randrange(6) == 0 else None,
            "partner_latitude": None, "partner_longitude": None, "active": number % 50 != 0, "is_company": False,
            "partner_share": True, "email_normalized": person.email.lower(), "phone_sanitized": person.phone_e164(),
            "customer_rank": number % 5, "supplier_rank": 0,
            "properties": [{"name": "a1b2c3d4e5f60718", "type": "char", "value": f"{person.first}'s assistant: {person.phone}"}]
            if rng.randrange(20) == 0 else None,
            "x_studio_national_id": national, "x_studio_hobby": rng.choice(("chess", "sailing", None, None)),
            "x_notes_private": private, "signup_token": None, "category": None}


def _truth_of_person(world, person):
    world.tell(person.name, "common_name" if person.common else "name")
    world.tell(person.email, "email")
    world.tell(person.phone, "phone")
    world.tell(person.mobile, "phone")
    world.tell(person.street, "street")


def write_partners(db, world):
    rng = world.rng("partners")
    rows = [_company_row(1, world.own, own=True)]
    for user in range(1, world.sizes.users + 1):
        person = world.user_person(user)
        row = _person_row(1 + user, person, 1, rng, world)
        login, name, _ = w.SYSTEM_USERS[user - 1] if user <= 4 else (None, None, None)
        if name:  # OdooBot and the templates are nobody's data
            row.update(name=name, complete_name=name, email=f"{login.strip('_')}@example.org", phone=None, mobile=None,
                       email_normalized=f"{login.strip('_')}@example.org", phone_sanitized=None, street=None,
                       active=False, comment=None, x_notes_private=None, properties=None, commercial_company_name=None)
        rows.append(row)
    rows += [_company_row(world.company_id(i), c) for i, c in enumerate(world.companies)]
    number_of = {id(c): world.company_id(i) for i, c in enumerate(world.companies)}
    rows += [_person_row(world.person_id(i), p, number_of.get(id(p.company)), rng, world)
             for i, p in enumerate(world.people)]
    for i, row in enumerate(rows):
        row.pop("category")
        if i % 97 == 5:
            row["signup_token"] = "".join(rng.choice("abcdefghijkLMNOPQRST0123456789") for _ in range(20))
            world.tell(row["signup_token"], "secret")
    db.copy("res_partner", iter(rows))
    db.last_id["res_partner"] = len(rows)
    for company in [world.own] + world.companies:
        for value, kind in ((company.name, "company"), (company.email, "email"), (company.phone, "phone"),
                            (company.street, "street"), (company.vat, "vat"), (company.iban, "iban")):
            world.tell(value, kind)
    for person in world.staff[4:] + [world.staff[1]] + world.people:
        _truth_of_person(world, person)
    for account in world.accounts:
        world.tell(account, "iban")
    _write_banks(db, world)


def _spaced(account):
    return " ".join(account[i:i + 4] for i in range(0, len(account), 4))


def _write_banks(db, world):
    db.copy("res_bank", ({"name": f"Bank {i}", "bic": f"BANK{'DFEIN'[i % 5]}E{i:02d}", "active": True, "city": "Frankfurt"}
                         for i in range(1, 21)))
    owners = [(1, world.own.iban, world.own.name)]
    owners += [(world.company_id(i), c.iban, c.name) for i, c in enumerate(world.companies)]
    owners += [(world.person_id(i), world.accounts[i], world.people[i].name) for i in range(0, len(world.people), 3)]
    db.copy("res_partner_bank", ({"partner_id": p, "bank_id": 1 + n % 20, "sequence": 10, "acc_number": _spaced(a) if n % 2 else a,
                                  "sanitized_acc_number": a, "acc_holder_name": name, "active": True, "allow_out_payment": False}
                                 for n, (p, a, name) in enumerate(owners)))


def write_users(db, world):
    rng = world.rng("users")
    own = world.own
    db.copy("mail_alias_domain", iter([{"sequence": 1, "name": own.domain, "bounce_alias": "bounce", "catchall_alias": "catchall"}]))
    db.copy("resource_calendar", ({"name": f"Standard {40 - i} hours/week", "tz": "Europe/Berlin", "active": True, "hours_per_day": 8}
                                  for i in range(3)))
    db.copy("res_company", iter([{
        "name": own.name, "partner_id": 1, "currency_id": 1, "sequence": 1, "parent_path": "1/", "email": own.email,
        "phone": own.phone, "font": "Lato", "layout_background": "Blank", "active": True, "resource_calendar_id": 1,
        "alias_domain_id": 1, "report_footer": w.tr(f"<p>{own.phone} {own.email} {own.website} {_spaced(own.iban)}</p>"),
        "company_details": w.tr(f"<p>{own.name}<br/>{own.street}<br/>{own.zip} {own.city}</p>"),
        "account_peppol_contact_email": own.email, "attendance_kiosk_key": "".join(rng.choice("0123456789abcdef") for _ in range(32)),
        "vat_check_vies": True}]))
    users = []
    for user in range(1, world.sizes.users + 1):
        person = world.user_person(user)
        login = w.SYSTEM_USERS[user - 1][0] if user <= 4 else person.email.lower()
        digest = _HASH + "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") for _ in range(108))
        world.tell(digest, "password")
        totp = "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32)) if user % 4 == 1 and user > 4 else None
        world.tell(totp, "secret")
        users.append({"company_id": 1, "partner_id": 1 + user, "active": user == 2 or user > 4, "login": login,
                      "password": digest if user != 1 else None, "share": user in (3, 4), "totp_secret": totp,
                      "signature": f"<p>--<br/>{person.name}<br/>{person.phone}</p>" if user > 4 else "",
                      "notification_type": "email", "karma": 0, "odoobot_state": "onboarding_emoji"})
    db.copy("res_users", iter(users))
    db.copy("res_groups", ({"name": w.tr(f"Group {i}"), "category_id": 1 + i % 30, "share": False} for i in range(70)))
    db.copy("res_groups_users_rel", ({"gid": g, "uid": u} for u in range(1, world.sizes.users + 1)
                                     for g in range(1, 71) if (g * 7 + u) % 3 == 0))
    db.copy("res_groups_implied_rel", ({"gid": g, "hid": 1} for g in range(2, 71)))
    db.copy("res_company_users_rel", ({"cid": 1, "user_id": u} for u in range(1, world.sizes.users + 1)))
    db.copy("res_partner_res_partner_category_rel", ({"category_id": 1 + p % 15, "partner_id": p}
                                                     for p in range(world.first_company, world.partner_count + 1, 2)))
    db.copy("mail_alias", ({"alias_domain_id": 1, "alias_model_id": 1 + i, "alias_name": name, "alias_full_name": f"{name}@{own.domain}",
                            "alias_contact": "everyone", "alias_defaults": "{}", "alias_status": "valid"}
                           for i, name in enumerate(("sales", "info", "jobs", "support", "vendor-bills", "customer-invoices"))))


def write_staff(db, world):
    rng = world.rng("staff")
    count = world.sizes.employees
    db.copy("resource_resource", ({"company_id": 1, "calendar_id": 1, "name": world.staff[i + 4].name, "resource_type": "user",
                                   "tz": "Europe/Berlin", "active": True, "time_efficiency": 100} for i in range(count)))
    rows = []
    for i in range(count):
        person = world.staff[i + 4]
        home = people.make_person(world.seed, 3000000 + i)
        partner = people.make_person(world.seed, 4000000 + i)
        ssn = "".join(str(rng.randrange(10)) for _ in range(12))
        passport = "C" + "".join(rng.choice("0123456789FGHJKLMNPRTVWXYZ") for _ in range(8))
        for value, kind in ((home.email, "email"), (home.phone, "phone"), (home.street, "street"), (ssn, "national_id"),
                            (passport, "national_id"), (partner.name, "common_name" if partner.common else "name"),
                            (partner.phone, "phone")):
            world.tell(value, kind)
        user = i + 5 if i + 5 <= world.sizes.users else None
        rows.append({"resource_id": i + 1, "company_id": 1, "department_id": 1 + i % 8, "job_id": 1 + i % 8, "address_id": 1,
                     "work_contact_id": 1 + user if user else None, "user_id": user, "parent_id": None if i < 3 else 1 + i % 3,
                     "country_id": _country(person.country), "children": i % 4, "name": person.name,
                     "job_title": ("Clerk", "Driver", "Manager", "Engineer")[i % 4], "work_phone": person.phone,
                     "mobile_phone": person.mobile, "work_email": person.email.lower(), "private_street": home.street,
                     "private_city": home.city, "private_zip": home.zip, "private_phone": home.phone, "private_email": home.email,
                     "gender": ("female", "male", "other")[i % 3], "marital": "married", "spouse_complete_name": partner.name,
                     "place_of_birth": home.city, "ssnid": ssn, "passport_id": passport, "emergency_contact": partner.name,
                     "emergency_phone": partner.phone, "employee_type": "employee", "barcode": f"041{i:09d}", "pin": f"{i * 7919 % 10000:04d}",
                     "birthday": f"{1958 + i % 45}-{1 + i % 12:02d}-{1 + i % 28:02d}", "employee_properties": {}, "active": True,
                     "notes": f"Met {person.first} about the raise; spouse {partner.name} called." if i % 5 == 0 else None})
    db.copy("hr_employee", iter(rows))
    db.copy("hr_contract", ({"employee_id": i + 1, "company_id": 1, "name": f"Contract of {world.staff[i + 4].name}", "state": "open",
                             "date_start": w.day(i * 3), "wage": 2800 + i * 37 % 4000, "active": True} for i in range(count)))
    db.copy("hr_leave", ({"holiday_status_id": 1 + i % 5, "employee_id": 1 + i % count, "company_id": 1, "state": "validate",
                          "private_name": "Sick, " + world.staff[4 + i % count].first, "holiday_type": "employee",
                          "request_date_from": w.day(i * 5), "request_date_to": w.day(i * 5 + 2), "number_of_days": 3}
                         for i in range(count * 3)))
    _write_applicants(db, world, rng)


def _write_applicants(db, world, rng):
    rows = []
    for i in range(world.sizes.applicants):
        person = people.make_person(world.seed, 5000000 + i)
        _truth_of_person(world, person)
        rows.append({"stage_id": 1 + i % 5, "company_id": 1, "user_id": 5 + i % 3, "job_id": 1 + i % 8, "name": f"Application of {person.name}",
                     "email_from": f'"{person.name}" <{person.email}>', "email_normalized": person.email.lower(),
                     "partner_name": person.name, "partner_phone": person.phone, "partner_phone_sanitized": person.phone_e164(),
                     "partner_mobile": person.mobile, "kanban_state": "normal", "active": True, "probability": 20.0,
                     "linkedin_profile": f"https://www.linkedin.com/in/{people.ascii_word(person.name)}{i}",
                     "description": text.body(person, person, people.iban(rng, person.country), rng), "salary_expected": 3000 + i})
    db.copy("hr_applicant", iter(rows))
