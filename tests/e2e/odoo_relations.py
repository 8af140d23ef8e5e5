"""What Odoo relies on between values: each query selects the rows for which something holds. A row of production that
still exists in staging must be selected there too."""

EMAIL = r"lower(coalesce(substring({0} from '<([^<>]*)>'), {0}))"
DIGITS = r"regexp_replace({0}, '\D', '', 'g')"

# name → query over one database; its rows are the keys for which the relation holds.
RELATIONS = {
    # Derived columns.
    **{f"{t}.email_normalized": f"SELECT id FROM {t} WHERE email_normalized = {EMAIL.format(c)}"
       for t, c in (("res_partner", "email"), ("crm_lead", "email_from"), ("mailing_contact", "email"))},
    "mail_blacklist.email": "SELECT id FROM mail_blacklist WHERE email = lower(email)",
    "crm_lead.email_domain_criterion":
        "SELECT id FROM crm_lead WHERE email_domain_criterion = '@' || split_part(email_normalized, '@', 2)",
    **{f"{t}.phone_sanitized":
       f"SELECT id FROM {t} WHERE phone_sanitized ~ '^[+][0-9]+$' AND right(phone_sanitized, 6) = right({d}, 6)"
       for t, d in ((t, DIGITS.format(f"coalesce(nullif({c}, ''), phone)"))
                    for t, c in (("res_partner", "mobile"), ("crm_lead", "mobile")))},
    "res_partner.complete_name": """SELECT p.id FROM res_partner p LEFT JOIN res_partner o ON o.id = p.parent_id
        WHERE p.complete_name = CASE WHEN p.parent_id IS NULL THEN p.name ELSE o.name || ', ' || p.name END""",
    "res_partner.commercial_company_name": """SELECT p.id FROM res_partner p JOIN res_partner c
        ON c.id = p.commercial_partner_id WHERE p.commercial_company_name = c.name""",
    "res_partner.vat of the commercial partner": """SELECT p.id FROM res_partner p JOIN res_partner c
        ON c.id = p.commercial_partner_id WHERE p.id <> c.id AND p.vat = c.vat""",
    "res_partner.street of the parent": """SELECT p.id FROM res_partner p JOIN res_partner c ON c.id = p.parent_id
        WHERE p.street = c.street AND p.city = c.city AND p.zip = c.zip""",
    "res_partner_bank.sanitized_acc_number": r"""SELECT id FROM res_partner_bank
        WHERE sanitized_acc_number = upper(regexp_replace(acc_number, '\W', '', 'g'))""",
    "account_move.invoice_partner_display_name": """SELECT m.id FROM account_move m JOIN res_partner p
        ON p.id = m.partner_id WHERE m.invoice_partner_display_name IN (p.name, p.complete_name)""",
    "hr_employee.name": """SELECT e.id FROM hr_employee e JOIN resource_resource r ON r.id = e.resource_id
        WHERE e.name = r.name""",
    "hr_employee.name of the contact": """SELECT e.id FROM hr_employee e JOIN res_partner p ON p.id = e.work_contact_id
        WHERE e.name = p.name""",
    "hr_employee.work_email": """SELECT e.id FROM hr_employee e JOIN res_partner p ON p.id = e.work_contact_id
        WHERE e.work_email = p.email""",
    "res_users.login is the partner's address": """SELECT u.id FROM res_users u JOIN res_partner p
        ON p.id = u.partner_id WHERE lower(u.login) = lower(p.email)""",
    "res_company.email": """SELECT c.id FROM res_company c JOIN res_partner p ON p.id = c.partner_id
        WHERE c.email = p.email""",
    "event_registration.email": """SELECT e.id FROM event_registration e JOIN res_partner p ON p.id = e.partner_id
        WHERE lower(e.email) = lower(p.email)""",
    "mail_message.email_from": """SELECT m.id FROM mail_message m JOIN res_partner p ON p.id = m.author_id
        WHERE lower(substring(m.email_from from '<([^<>]*)>')) = p.email_normalized""",
    "fleet_vehicle_odometer.name": """SELECT o.id FROM fleet_vehicle_odometer o JOIN fleet_vehicle v
        ON v.id = o.vehicle_id WHERE o.name LIKE v.name || ' / %'""",
    "sms_tracker.sms_uuid": "SELECT t.id FROM sms_tracker t JOIN sms_sms s ON s.uuid = t.sms_uuid",
    # Formats that code parses.
    "website_visitor.access_token": """SELECT id FROM website_visitor
        WHERE length(access_token) = 32 OR access_token = partner_id::text""",
    "hr_employee.pin": "SELECT id FROM hr_employee WHERE pin ~ '^[0-9]+$'",
    "res_partner.name": "SELECT id FROM res_partner WHERE type <> 'contact' OR name <> ''",
    "mail_message.message_id": "SELECT id FROM mail_message WHERE message_id ~ '^<[^<>@ ]+@[^<>@ ]+>$'",
    "mail_template placeholders": """SELECT id, length(body_html::text) - length(replace(body_html::text, 't-out=', '')),
        length(subject::text) - length(replace(subject::text, '{{', '')) FROM mail_template""",
    "ir_actions and its children": "SELECT id, tableoid::regclass::text FROM ir_actions",
    "ir_actions itself has no rows": "SELECT count(*) FROM ONLY ir_actions",
    "users that the program made": """SELECT u.id, u.login, u.active FROM res_users u JOIN ir_model_data d
        ON d.model = 'res.users' AND d.res_id = u.id AND d.module IN ('base', 'auth_signup', 'portal')
        WHERE d.name IN ('user_root', 'default_user', 'public_user', 'template_portal_user_id')""",
    "properties keep names and types": """SELECT t.id, d->>'name', d->>'type' FROM project_project t,
        jsonb_array_elements(t.task_properties_definition) d""",
}

# No two rows may have one value although no unique index says so: each query selects the repeated ones.
REPEATED = {
    "res_users.login": "SELECT login FROM res_users GROUP BY login HAVING count(*) > 1",
    "res_partner.email_normalized": """SELECT email_normalized FROM res_partner WHERE email_normalized IS NOT NULL
        GROUP BY email_normalized HAVING count(*) > 1""",
}

# Text columns whose JSON must stay JSON: a cast must go well.
JSON_TEXTS = (("blog_blog", "cover_properties"), ("blog_post", "cover_properties"), ("event_event", "cover_properties"))

# Kept byte for byte: what Odoo is made of.
PROGRAM = (("ir_ui_view", "arch_fs"), ("ir_model_fields_selection", "name"), ("ir_model_data", "module || '.' || name"),
           ("ir_module_module", "shortdesc"), ("ir_module_module", "summary"), ("ir_model_fields", "field_description"),
           ("ir_model", "name"), ("ir_ui_menu", "name"), ("res_country", "name"), ("res_groups", "name"),
           ("ir_rule", "domain_force"), ("ir_act_window", "context"), ("ir_act_window", "domain"))
