"""The chatter: most of the bytes of an Odoo database. Written by several processes, one range of ids each."""
import multiprocessing
import os
import random

from . import people as p
from . import text
from . import world as w

_MODELS = ("sale.order", "crm.lead", "res.partner", "account.move", "project.task", "hr.applicant", "stock.picking")


def _target(world, i):
    """(model, res_id, record name) of message i."""
    sizes = world.sizes
    model = _MODELS[i % len(_MODELS)]
    if model == "sale.order":
        return model, 1 + i % sizes.orders, f"S{1 + i % sizes.orders:05d}"
    if model == "res.partner":
        index = i % len(world.people)
        return model, world.person_id(index), world.people[index].name
    if model == "account.move":
        return model, 1 + i % sizes.moves, f"INV/2024/{1 + i % sizes.moves:05d}"
    counts = {"crm.lead": sizes.leads, "project.task": sizes.tasks, "hr.applicant": sizes.applicants, "stock.picking": sizes.pickings}
    return model, 1 + i % counts[model], None


STRANGER_EVERY = 151  # messages


def _stranger(world, i):
    """Somebody whose data is in no column, or None: (person, account)."""
    if i % STRANGER_EVERY != 7:
        return None
    person = p.make_person(world.seed, 7000000 + i)
    return person, p.iban(random.Random(f"{world.seed}/stranger/{i}"), person.country)


def tell_strangers(world):
    for i in range(1, world.sizes.messages + 1):
        stranger = _stranger(world, i)
        if stranger:
            person, account = stranger
            for value, kind in ((person.email, "stranger_email"), (person.phone, "stranger_phone"), (account, "stranger_iban")):
                world.tell(value, kind)


def _message(world, i):
    rng = random.Random(world.seed * 1000003 + i)
    index = rng.randrange(len(world.people))
    person, account = world.people[index], world.accounts[index]
    other = world.people[rng.randrange(len(world.people))]
    model, res_id, name = _target(world, rng.randrange(1 << 30))
    inbound = rng.randrange(3) == 0
    sender = person if inbound else world.staff[4 + i % 8]
    kind = ("email" if inbound else "comment") if i % 5 else "notification"
    return {"parent_id": i - 10 if i % 3 == 0 and i > 20 else None, "res_id": res_id, "record_alias_domain_id": 1, "record_company_id": 1,
            "subtype_id": 1 + i % 12, "author_id": world.person_id(index) if inbound else 6 + i % (world.sizes.users - 5),
            "subject": f"Re: {name or 'your request'}" + (f" / {person.last}" if i % 9 == 0 else "") if i % 2 else None,
            "model": model, "record_name": name, "message_type": kind,
            "email_from": f'"{sender.name}" <{sender.email}>' if i % 3 else sender.email,
            "message_id": f"<{rng.getrandbits(60)}.{1600000000 + i}.{i % 1000000:06d}-openerp-{res_id}-{model}@erp.{world.own.domain}>",
            "reply_to": f'"{world.own.name}" <catchall@{world.own.domain}>', "email_layout_xmlid": "mail.mail_notification_layout" if i % 4 == 0 else None,
            "body": text.body(person, other, account, rng, _stranger(world, i)), "is_internal": i % 6 == 0, "reply_to_force_new": False,
            "email_add_signature": True, "date": w.moment(i)}


def _write_range(dsn, tables, world, first, last):
    db = w.Database(dsn, tables)
    db.copy("mail_message", (_message(world, i) for i in range(first, last + 1)), first_id=first)
    db.close()


def start_messages(dsn, tables, world):
    """Starts the writers; join them with finish_messages()."""
    lanes = max(1, min(8, os.cpu_count() or 1))
    count = world.sizes.messages
    step = -(-count // lanes)
    context = multiprocessing.get_context("fork")
    writers = []
    for first in range(1, count + 1, step):
        writer = context.Process(target=_write_range, args=(dsn, tables, world, first, min(first + step - 1, count)))
        writer.start()
        writers.append(writer)
    return writers


def finish_messages(writers):
    for writer in writers:
        writer.join()
        if writer.exitcode != 0:
            raise SystemExit("understudy generate-production: error: writing mail_message failed")


def write_around_messages(db, world, field_ids, tracked):
    """What hangs on messages: tracking values, notifications, followers, outgoing mail, activities."""
    rng = world.rng("around")
    sizes = world.sizes
    people = world.people

    def tracking(i):
        model, name = tracked[i % len(tracked)]
        old, new = people[rng.randrange(len(people))], people[rng.randrange(len(people))]
        value = {"email_from": "email", "email": "email", "phone": "phone", "name": "name"}.get(name)
        return {"field_id": field_ids[model, name], "mail_message_id": 1 + i * 5 % sizes.messages,
                "old_value_char": getattr(old, value) if value else "New", "new_value_char": getattr(new, value) if value else "Qualified",
                "old_value_text": None, "new_value_text": f"was {old.name}" if i % 40 == 0 else None}

    db.copy("mail_tracking_value", (tracking(i) for i in range(sizes.tracking)))
    db.copy("mail_notification", ({"author_id": 6, "mail_message_id": 1 + i * 3 % sizes.messages, "res_partner_id": world.person_id(i % len(people)),
                                   "notification_type": "email", "notification_status": "sent" if i % 20 else "ready", "is_read": True,
                                   "read_date": w.moment(i),
                                   "failure_reason": f"550 unknown user {people[i % len(people)].email}" if i % 100 == 0 else None}
                                  for i in range(sizes.notifications)))
    db.copy("mail_followers", ({"res_id": 1 + i // 4, "partner_id": world.first_company + (i * 7 + i // 4) % (world.partner_count - world.first_company),
                                "res_model": _MODELS[i % 4]} for i in range(sizes.followers)))

    def mail(i):
        index = i * 11 % len(people)
        person = people[index]
        return {"mail_message_id": 1 + i * 17 % sizes.messages, "state": "outgoing" if i % 9 == 0 else "sent",
                "body_html": text.body(person, person, world.accounts[index], rng) +
                f'<a href="https://erp.{world.own.domain}/mail/view?model=sale.order&amp;res_id={i}&amp;access_token={rng.getrandbits(128):032x}">View</a>',
                "references": f"<{i}@erp.{world.own.domain}>", "headers": "{'X-Odoo-Objects': 'sale.order-%d'}" % i,
                "email_to": f'"{person.name}" <{person.email}>', "is_notification": True, "auto_delete": False}

    db.copy("mail_mail", (mail(i) for i in range(sizes.mails)))
    db.copy("mail_activity", ({"res_model_id": 1, "res_id": 1 + i, "activity_type_id": 1 + i % 8, "user_id": 5 + i % 3, "res_model": "res.partner",
                               "res_name": people[i % len(people)].name, "summary": f"Call {people[i % len(people)].first}",
                               "date_deadline": w.day(i), "note": f"<p>{people[i % len(people)].phone}</p>", "automated": False, "active": True}
                              for i in range(sizes.events // 4)))
    db.copy("discuss_channel", ({"name": people[i].name + ", OdooBot" if i % 2 else "general", "channel_type": "chat", "uuid": f"{rng.getrandbits(120):030x}",
                                 "active": True, "anonymous_name": people[i].name if i % 4 == 0 else None} for i in range(min(40, len(people)))))
    db.copy("sms_sms", ({"partner_id": world.person_id(i % len(people)), "number": people[i % len(people)].phone_e164(), "state": "outgoing",
                         "uuid": f"{rng.getrandbits(128):032x}", "body": f"Hello {people[i % len(people)].first}, your order is ready."}
                        for i in range(sizes.events // 4)))
    db.copy("bus_bus", ({"channel": f'["prod","res.partner",{i}]', "message": '{"type":"mail.record/insert","payload":{"name":"%s"}}' % people[i % len(people)].name}
                        for i in range(sizes.events)))
    db.copy("ir_logging", ({"name": "odoo.addons.mail", "type": "server", "dbname": "prod", "level": "WARNING", "path": "mail_mail.py",
                            "func": "send", "line": "420", "message": f"failed to send to {people[i % len(people)].email}"} for i in range(60)))
    db.copy("mail_guest", ({"name": people[i].name, "access_token": f"{rng.getrandbits(128):032x}", "lang": "en_US", "timezone": "Europe/Berlin"}
                           for i in range(min(20, len(people)))))
