"""Leads, orders, invoices, products, calendars: the rows that are trade, with people in them."""
from . import text
from . import world as w
from .catalogue import COUNTRY_ID

_GOODS = ("Desk Lamp Office-Chair Cabinet Shelf Monitor Cable Drawer Whiteboard Locker Bench Toolbox Pallet Bracket Hinge "
          "Valve Pump Filter Gasket Bearing").split()


def _name_lists(world, i):
    return world.people[i % len(world.people)], world.person_id(i % len(world.people)), world.accounts[i % len(world.people)]


def write_products(db, world):
    count = world.sizes.products
    names = [f"{_GOODS[i % len(_GOODS)]} {chr(65 + i % 26)}{100 + i * 7 % 900}" for i in range(count)]
    db.copy("product_template", ({"sequence": 1, "categ_id": 1 + i % 10, "uom_id": 1, "uom_po_id": 1, "detailed_type": "product",
                                  "type": "product", "default_code": f"SKU-{i:05d}", "name": w.tr(n, de_DE=n + " (DE)"),
                                  "description_sale": w.tr(f"{n}, steel, powder coated"), "list_price": 10 + i * 7 % 400, "sale_ok": True,
                                  "purchase_ok": True, "active": True, "is_published": i % 2 == 0} for i, n in enumerate(names)))
    db.copy("product_product", ({"product_tmpl_id": i + 1, "default_code": f"SKU-{i:05d}", "barcode": f"40{i:011d}",
                                 "combination_indices": "", "active": True} for i in range(count)))


def write_leads(db, world):
    rng = world.rng("leads")
    rows = []
    for i in range(world.sizes.leads):
        person, partner, account = _name_lists(world, i * 13)
        digits = person.phone_e164()
        rows.append({"user_id": 5 + i % 3, "team_id": 1 + i % 3, "company_id": 1, "stage_id": 1 + i % 5,
                     "partner_id": partner if i % 3 else None, "country_id": COUNTRY_ID[person.country], "phone_sanitized": digits,
                     "email_normalized": person.email.lower(), "name": f"{person.name}'s opportunity" if i % 2 else f"Quote for {_GOODS[i % 20]}",
                     "type": "opportunity", "priority": "1", "contact_name": person.name,
                     "partner_name": person.company.name if person.company else None, "email_from": person.email,
                     "email_domain_criterion": "@" + person.email.lower().split("@")[1], "phone": person.phone, "mobile": person.mobile,
                     "street": person.street, "zip": person.zip, "city": person.city, "active": True, "probability": i % 100,
                     "lead_properties": {"3f2a": f"asked for {person.first} {person.last}"} if i % 9 == 0 else {},
                     "description": text.body(person, person, account, rng) if i % 2 else None, "expected_revenue": i * 31 % 9000})
    db.copy("crm_lead", iter(rows))
    db.copy("crm_tag_rel", ({"lead_id": i, "tag_id": 1 + i % 8} for i in range(1, world.sizes.leads + 1)))


def write_sales(db, world):
    rng = world.rng("sales")
    sizes = world.sizes
    rows = []
    for i in range(sizes.orders):
        person, partner, _ = _name_lists(world, i * 29 + 3)
        token = "%032x" % rng.getrandbits(128)
        if i % 50 == 0:
            world.tell(token, "secret")
        rows.append({"company_id": 1, "partner_id": partner, "partner_invoice_id": partner, "partner_shipping_id": partner,
                     "currency_id": 1, "user_id": 5 + i % 3, "team_id": 1, "access_token": token, "name": f"S{i + 1:05d}",
                     "state": ("draft", "sent", "sale", "sale", "cancel")[i % 5], "client_order_ref": f"PO {person.last} {i}" if i % 4 == 0 else None,
                     "signed_by": person.name if i % 6 == 0 else None, "invoice_status": "no",
                     "note": f"<p>Deliver to {person.name}, {person.phone}</p>" if i % 5 == 0 else None, "currency_rate": 1,
                     "amount_untaxed": 100 + i % 900, "amount_tax": 19, "amount_total": 119 + i % 900, "date_order": w.moment(i),
                     "require_signature": True, "require_payment": False})
    db.copy("sale_order", iter(rows))
    db.copy("sale_order_line", ({"order_id": 1 + i % sizes.orders, "sequence": 10, "company_id": 1, "currency_id": 1,
                                 "order_partner_id": world.person_id((i % sizes.orders * 29 + 3) % len(world.people)),
                                 "product_id": 1 + i % sizes.products, "product_uom": 1, "state": "sale",
                                 "name": f"[SKU-{i % sizes.products:05d}] {_GOODS[i % 20]}" + ("\nengraved: " + world.people[i % len(world.people)].name if i % 11 == 0 else ""),
                                 "analytic_distribution": {"1": 100.0} if i % 4 == 0 else None, "product_uom_qty": 1 + i % 9,
                                 "price_unit": 10 + i % 90, "discount": 0, "price_subtotal": 10, "price_total": 11.9, "qty_delivered": 0,
                                 "qty_invoiced": 0, "customer_lead": 0.0} for i in range(sizes.orders * 3)))
    db.copy("stock_picking", ({"name": f"WH/OUT/{i + 1:05d}", "origin": f"S{1 + i % sizes.orders:05d}", "move_type": "direct", "state": "done",
                               "scheduled_date": w.moment(i), "location_id": 1, "location_dest_id": 2, "picking_type_id": 1 + i % 6,
                               "partner_id": world.person_id(i % len(world.people)), "company_id": 1,
                               "note": f"<p>Ring at {world.people[i % len(world.people)].last}</p>" if i % 7 == 0 else None}
                              for i in range(sizes.pickings)))
    db.copy("stock_move", ({"name": _GOODS[i % 20], "sequence": 10, "date": w.moment(i), "company_id": 1, "product_id": 1 + i % sizes.products,
                            "product_uom_qty": 1, "product_uom": 1, "location_id": 1, "location_dest_id": 2, "picking_id": 1 + i % sizes.pickings,
                            "state": "done", "procure_method": "make_to_stock"} for i in range(sizes.pickings * 2)))
    db.copy("purchase_order", ({"partner_id": world.company_id(i % len(world.companies)), "currency_id": 1, "user_id": 5, "company_id": 1,
                                "name": f"P{i + 1:05d}", "priority": "0", "state": "purchase", "date_order": w.moment(i),
                                "notes": f"<p>Ask for {world.people[i % len(world.people)].name}</p>", "amount_total": i}
                               for i in range(sizes.orders // 4)))


def write_accounting(db, world):
    sizes = world.sizes
    db.copy("account_account", ({"company_id": 1, "code": f"{100000 + i * 100}", "account_type": "asset_current", "name": w.tr(f"Account {i}"),
                                 "deprecated": False, "reconcile": i % 3 == 0} for i in range(120)))
    db.copy("account_journal", ({"company_id": 1, "default_account_id": 1 + i, "code": c, "type": t, "invoice_reference_type": "invoice",
                                 "name": w.tr(n), "active": True, "sequence": i}
                                for i, (c, t, n) in enumerate((("INV", "sale", "Customer Invoices"), ("BILL", "purchase", "Vendor Bills"),
                                                               ("BNK1", "bank", "Bank"), ("CSH1", "cash", "Cash"), ("MISC", "general", "Misc")))))

    def move(i):
        person, partner, _ = _name_lists(world, i * 17 + 1)
        bank = i >= sizes.moves
        return {"sequence_number": i + 1, "journal_id": 3 if bank else 1, "company_id": 1, "partner_id": partner, "commercial_partner_id": partner,
                "currency_id": 1, "invoice_user_id": 5 + i % 3, "sequence_prefix": "INV/2024/", "access_token": None,
                "name": ("BNK1/2024/%05d" if bank else "INV/2024/%05d") % (i + 1), "ref": f"{person.last} {i}" if i % 6 == 0 else None,
                "state": "posted", "move_type": "entry" if bank else "out_invoice", "auto_post": "no", "payment_state": "paid",
                "payment_reference": f"INV/2024/{i + 1:05d}", "invoice_source_email": person.email if i % 10 == 0 else None,
                "invoice_partner_display_name": person.name, "date": w.day(i), "invoice_date": w.day(i), "invoice_date_due": w.day(i + 30),
                "narration": f"<p>Dear {person.first}, please pay to {world.own.iban}.</p>" if i % 4 == 0 else None,
                "amount_untaxed": i % 900, "amount_tax": 19, "amount_total": i % 900 + 19, "amount_residual": 0}

    total = sizes.moves + sizes.statement_lines
    db.copy("account_move", (move(i) for i in range(total)))
    db.copy("account_move_line", ({"move_id": 1 + i // 3, "journal_id": 1, "company_id": 1, "company_currency_id": 1, "sequence": i % 3,
                                   "account_id": 1 + i % 120, "currency_id": 1, "partner_id": world.person_id((i // 3 * 17 + 1) % len(world.people)),
                                   "product_id": 1 + i % sizes.products, "move_name": f"INV/2024/{i // 3 + 1:05d}", "parent_state": "posted",
                                   "name": _GOODS[i % 20] + (" for " + world.people[(i // 3 * 17 + 1) % len(world.people)].name if i % 10 == 0 else ""),
                                   "display_type": "product", "date": w.day(i // 3), "debit": i % 500, "credit": 0, "balance": i % 500,
                                   "amount_currency": i % 500, "quantity": 1, "price_unit": 5, "reconciled": False} for i in range(total * 3)))

    def statement_line(i):
        person, partner, account = _name_lists(world, i * 23 + 11)
        return {"move_id": sizes.moves + i + 1, "sequence": i, "partner_id": partner, "account_number": account, "partner_name": person.name.upper(),
                "payment_ref": f"INV/2024/{1 + i:05d} {person.last.upper()} {person.first.upper()}", "internal_index": f"20240101{i:012d}",
                "transaction_details": {"creditor": {"name": person.name, "iban": account}, "lines": [person.street, person.city]} if i % 3 == 0 else None,
                "amount": i % 700, "is_reconciled": i % 2 == 0}

    db.copy("account_bank_statement_line", (statement_line(i) for i in range(sizes.statement_lines)))
    db.copy("payment_transaction", ({"provider_id": 1 + i % 4, "company_id": 1, "payment_method_id": 1 + i % 12, "currency_id": 1,
                                     "partner_id": _name_lists(world, i)[1], "reference": f"S{i + 1:05d}", "state": "done", "operation": "online_redirect",
                                     "partner_name": _name_lists(world, i)[0].name, "partner_email": _name_lists(world, i)[0].email,
                                     "partner_address": _name_lists(world, i)[0].street, "partner_phone": _name_lists(world, i)[0].phone,
                                     "amount": i} for i in range(sizes.orders // 5)))


def write_calendar(db, world):
    rng = world.rng("calendar")
    sizes = world.sizes
    rows = []
    for i in range(sizes.events):
        person, _, account = _name_lists(world, i * 7)
        rows.append({"user_id": 5 + i % 3, "name": f"Meeting with {person.first} {person.last}" if i % 2 else "Weekly",
                     "location": person.street if i % 3 == 0 else None, "privacy": "public", "show_as": "busy",
                     "description": text.paragraph(text.spelled(person, account, rng), rng, 3), "active": True, "allday": False,
                     "start": w.moment(i), "stop": w.moment(i), "duration": 1.0})
    db.copy("calendar_event", iter(rows))
    db.copy("calendar_attendee", ({"event_id": i + 1, "partner_id": world.person_id(i * 7 % len(world.people)),
                                   "common_name": world.people[i * 7 % len(world.people)].name, "state": "accepted",
                                   "access_token": "%032x" % rng.getrandbits(128)} for i in range(sizes.events)))
    db.copy("calendar_event_res_partner_rel", ({"calendar_event_id": i + 1, "res_partner_id": world.person_id(i * 7 % len(world.people))}
                                               for i in range(sizes.events)))
    db.copy("project_task", ({"sequence": 10, "stage_id": 1 + i % 6, "project_id": 1 + i % 4, "partner_id": _name_lists(world, i)[1],
                              "name": f"Call {_name_lists(world, i)[0].name}" if i % 3 == 0 else f"Task {i}", "priority": "0",
                              "state": "01_in_progress", "task_properties": {}, "active": True, "email_cc": _name_lists(world, i + 1)[0].email if i % 5 == 0 else None,
                              "description": text.paragraph(text.spelled(*_name_lists(world, i)[::2], rng), rng, 4)} for i in range(sizes.tasks)))
    db.copy("website_visitor", ({"website_id": 1, "partner_id": _name_lists(world, i)[1] if i % 4 == 0 else None, "country_id": 1 + i % 30,
                                 "lang_id": 1, "visit_count": i % 20, "access_token": "%032x" % rng.getrandbits(128), "timezone": "Europe/Berlin",
                                 "last_connection_datetime": w.moment(i)} for i in range(sizes.visitors)))
    db.copy("survey_user_input", ({"survey_id": 1, "partner_id": _name_lists(world, i)[1], "state": "done", "access_token": "%032x" % rng.getrandbits(128),
                                   "email": _name_lists(world, i)[0].email, "nickname": _name_lists(world, i)[0].first} for i in range(sizes.events // 4)))
    db.copy("survey_user_input_line", ({"user_input_id": i + 1, "survey_id": 1, "question_id": 1 + i % 8, "answer_type": "text_box",
                                        "value_text_box": text.plain(*_name_lists(world, i)[::2], rng, 1)} for i in range(sizes.events // 4)))
    db.copy("event_registration", ({"event_id": 1 + i % 2, "partner_id": _name_lists(world, i)[1], "company_id": 1, "barcode": f"{i * 7919 + 10**12}",
                                    "name": _name_lists(world, i)[0].name, "email": _name_lists(world, i)[0].email,
                                    "phone": _name_lists(world, i)[0].phone, "state": "open", "active": True} for i in range(sizes.events // 2)))
    db.copy("mailing_contact", ({"name": _name_lists(world, i)[0].name, "email": _name_lists(world, i)[0].email,
                                 "email_normalized": _name_lists(world, i)[0].email.lower()} for i in range(0, sizes.people, 4)))
    db.copy("mail_blacklist", ({"email": world.people[i].email.lower(), "active": True} for i in range(0, sizes.people, 40)))
