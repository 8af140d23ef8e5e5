"""What Odoo knows of itself: modules, models, fields, views, menus, actions, jobs, parameters."""
from . import world as w

_SELECTIONS = {"state": ("draft", "sent", "sale", "done", "cancel"), "type": ("contact", "invoice", "delivery", "other"),
               "priority": ("0", "1", "2", "3")}
_CODES = ("US:1 GB:44 FR:33 DE:49 ES:34 IT:39 NL:31 BE:32 PL:48 CH:41 AT:43 PT:351 SE:46 NO:47 DK:45 FI:358 IE:353 CZ:420 "
          "HU:36 RO:40 GR:30 BR:55 MX:52 CA:1 IN:91 CN:86 JP:81 AU:61 NZ:64 ZA:27").split()
COUNTRY_ID = {entry.split(":")[0]: i for i, entry in enumerate(_CODES, 1)}
LANGS = "en_US en_GB de_DE fr_FR fr_BE es_ES it_IT nl_NL pl_PL".split()
# Fields of models that tracking values refer to.
TRACKED = (("crm.lead", "email_from"), ("crm.lead", "phone"), ("res.partner", "name"), ("sale.order", "state"),
           ("crm.lead", "stage_id"), ("res.partner", "email"))


def fields_of(tables):
    """(model number, model, Column) of every stored field, id and the automatic ones too."""
    models = [t for t in tables.values() if not t.relation]
    for number, table in enumerate(models, 1):
        columns = list(table.columns)
        if table.inherits:
            columns += tables[table.inherits].columns
        for column in columns:
            yield number, table, column


def _field_row(number, table, column, schema, ids):
    custom = column.name.startswith("x_")
    return {"model_id": number, "name": column.name, "complete_name": None, "model": table.model,
            "relation": ids[column.target] if column.target else None,
            "ttype": schema.FIELD_TYPES[column.type], "state": "manual" if custom else "base",
            "on_delete": {"CASCADE": "cascade", "RESTRICT": "restrict"}.get(column.on_delete, "set null") if column.target else None,
            "field_description": w.tr(column.label()), "copied": True, "required": column.required, "readonly": False,
            "index": column.index, "translate": column.type in "JH", "selectable": True, "store": True,
            "size": None, "sanitize": column.type in "hH", "depends": ""}


def write_models(db, tables, schema):
    """Fills ir_model, ir_model_fields, …; returns {(model, field): id}."""
    models = [t for t in tables.values() if not t.relation]
    ids = {t.name: t.model for t in models}
    db.copy("ir_model", ({"model": t.model, "order": "id", "state": "manual" if t.name.startswith("x_") else "base",
                          "name": w.tr(t.model.replace(".", " ").title()), "transient": "wizard" in t.name,
                          "is_mail_thread": t.name in ("res_partner", "crm_lead", "sale_order")} for t in models))
    field_ids = {}
    rows = []
    for number, table, column in fields_of(tables):
        rows.append(_field_row(number, table, column, schema, ids))
        field_ids[table.model, column.name] = len(rows)
    db.copy("ir_model_fields", iter(rows))
    selections = [(field_ids[t.model, name], value, i) for t in models for name, values in _SELECTIONS.items()
                  if t.column(name) is not None and t.column(name).type == "s" for i, value in enumerate(values)]
    db.copy("ir_model_fields_selection", ({"field_id": f, "sequence": i, "value": v, "name": w.tr(v.title())}
                                          for f, v, i in selections))
    data = [{"res_id": i, "noupdate": False, "name": "field_%s__%s" % (row["model"].replace(".", "_"), row["name"]),
             "module": "base", "model": "ir.model.fields"} for i, row in enumerate(rows, 1)]
    data += [{"res_id": i, "noupdate": False, "name": "model_" + t.name, "module": "base", "model": "ir.model"}
             for i, t in enumerate(models, 1)]
    data += [{"res_id": i, "noupdate": True, "name": name, "module": "base", "model": "res.users"}
             for i, (_, _, name) in enumerate(w.SYSTEM_USERS, 1)]
    data += [{"res_id": i, "noupdate": True, "name": name, "module": "base", "model": "ir.cron"}
             for i, (_, name) in enumerate(JOBS, 1)]
    db.copy("ir_model_data", iter(data))
    db.copy("ir_model_access", ({"model_id": i, "name": "access_" + t.name, "active": True, "perm_read": True,
                                 "perm_write": True, "perm_create": True, "perm_unlink": False}
                                for i, t in enumerate(models, 1)))
    db.copy("ir_model_constraint", ({"model": i, "module": 1, "name": t.name + "_check_name", "type": "u",
                                     "definition": "unique(name)"} for i, t in enumerate(models[:60], 1)))
    return field_ids


JOBS = (("Base: Auto-vacuum internal data", "autovacuum_job"), ("Mail: Email Queue Manager", "ir_cron_mail_scheduler_action"),
        ("Mail: Fetchmail Service", "ir_cron_mail_gateway_action"), ("SMS: SMS Queue Manager", "ir_cron_sms_scheduler_action"),
        ("Snailmail: process letters queue", "snailmail_print"), ("Payment: Post-process transactions", "cron_post_process_payment_tx"),
        ("Publisher: Update Notification", "ir_cron_module_update_notification"), ("Calendar: Event Reminder", "ir_cron_scheduler_alarm"),
        ("CRM: enrich leads (IAP)", "ir_cron_lead_enrichment"), ("Nightly export to the tax advisor", "ir_cron_acme_export"))


def write_technical(db, own):
    db.copy("ir_module_module", ({
        "name": m, "website": "https://www.odoo.com", "summary": w.tr(""), "author": "Odoo S.A.",
        "icon": f"/{m}/static/description/icon.png", "state": "installed" if i % 9 else "uninstalled",
        "latest_version": "17.0.1.3", "shortdesc": w.tr(m.replace("_", " ").title()), "category_id": 1 + i % 30,
        "description": w.tr(f"\n{m}\n====\nThe module {m}.\n"), "application": i % 5 == 0, "demo": False, "web": False,
        "license": "LGPL-3", "sequence": 100, "auto_install": False, "to_buy": False}
        for i, m in enumerate(w.MODULES, 1)))
    db.copy("ir_module_module_dependency", ({"name": "base", "module_id": i, "auto_install_required": True}
                                            for i in range(2, len(w.MODULES) + 1)))
    arch = ('<form string="{m}">\n  <sheet>\n    <group>\n      <field name="name" placeholder="e.g. Brandom Freeman"/>\n'
            '      <field name="partner_id" invisible="state != \'draft\'"/>\n    </group>\n  </sheet>\n</form>\n')
    names = sorted(db.tables)
    db.copy("ir_ui_view", ({
        "priority": 16, "name": f"{t}.{kind}", "model": t.replace("_", "."), "key": None, "type": kind, "mode": "primary",
        "arch_fs": f"{t}/views/{t}_views.xml", "arch_db": w.tr(arch.format(m=t), de_DE=arch.format(m=t)), "active": True}
        for t in names for kind in ("form", "tree")))
    db.copy("ir_ui_menu", ({"sequence": i, "parent_id": None if i < 12 else 1 + i % 11, "parent_path": f"{i}/",
                            "name": w.tr(f"Menu {i}"), "active": True, "action": f"ir.actions.act_window,{i}"}
                           for i in range(1, 160)))
    base = {"binding_type": "action", "binding_view_types": "list,form"}
    db.copy("ir_act_window", ({"type": "ir.actions.act_window", **base, "name": w.tr(t.title()), "context": "{}",
                               "res_model": t.replace("_", "."), "target": "current", "view_mode": "tree,form", "limit": 80}
                              for t in names), first_id=1)
    first = len(names) + 1
    db.copy("ir_act_server", ({"type": "ir.actions.server", **base, "name": w.tr(name), "sequence": 5, "model_id": 1,
                               "usage": "ir_cron", "state": "code", "model_name": "ir.cron", "code": "model._run()"}
                              for name, _ in JOBS), first_id=first)
    hooks = first + len(JOBS)
    db.copy("ir_act_server", iter([{
        "type": "ir.actions.server", **base, "name": w.tr("Tell the warehouse"), "sequence": 5, "model_id": 2,
        "usage": "base_automation", "state": "webhook", "model_name": "sale.order",
        "webhook_url": f"https://hooks.{own.domain}/odoo?token=wh_live_8f2c6a91d4e7"}]), first_id=hooks)
    db.copy("ir_act_url", iter([{"type": "ir.actions.act_url", **base, "name": w.tr("Open shop"), "target": "new",
                                 "url": "/shop"}]), first_id=hooks + 1)
    db.copy("ir_act_report_xml", iter([{
        "type": "ir.actions.report", "binding_type": "report", "binding_view_types": "list,form",
        "name": w.tr("Invoices"), "model": "account.move", "report_type": "qweb-pdf",
        "report_name": "account.report_invoice", "multi": False, "attachment_use": False}]), first_id=hooks + 2)
    db.copy("ir_act_client", iter([{"type": "ir.actions.client", **base, "name": w.tr("Discuss"), "tag": "mail.action_discuss",
                                    "target": "current", "context": "{}"}]), first_id=hooks + 3)
    db.last_id["ir_actions"] = hooks + 3
    db.copy("ir_cron", ({"ir_actions_server_id": first + i, "user_id": 1, "interval_number": 1 + i, "numbercall": -1,
                         "priority": 5, "cron_name": name, "interval_type": "hours", "active": True, "doall": False,
                         "nextcall": w.moment(1690)} for i, (name, _) in enumerate(JOBS)))
    db.copy("res_currency", ({"name": n, "symbol": s, "decimal_places": 2, "position": "after", "rounding": 0.01,
                              "active": True} for n, s in (("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("PLN", "zł"))))
    db.copy("res_country", ({"code": c.split(":")[0], "phone_code": int(c.split(":")[1]), "name": w.tr(c.split(":")[0]),
                             "currency_id": 1, "address_format": "%(street)s\n%(street2)s\n%(zip)s %(city)s\n%(country_name)s",
                             "zip_required": True, "state_required": False} for c in _CODES))
    db.copy("res_country_state", ({"country_id": 1 + i % 9, "name": f"State {i}", "code": f"S{i}"} for i in range(60)))
    db.copy("res_lang", ({"name": c, "code": c, "iso_code": c[:2], "url_code": c.lower(), "direction": "ltr",
                          "date_format": "%d.%m.%Y", "time_format": "%H:%M:%S", "week_start": "1", "grouping": "[3,0]",
                          "decimal_point": ",", "thousands_sep": ".", "active": True} for c in LANGS))


def write_secrets(db, world):
    """Credentials of every outbound channel; each goes into the truth file."""
    rng = world.rng("secrets")

    def token(prefix, length=24, kind="secret"):
        value = prefix + "".join(rng.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(length))
        world.tell(value, kind)
        return value

    own = world.own
    parameters = {
        "database.uuid": token("6f9619ff-", 26), "database.secret": token("dbs_", 40), "database.create_date": "2021-01-04 08:00:00",
        "web.base.url": f"https://erp.{own.domain}", "mail.catchall.domain": own.domain, "base.login_cooldown_after": "10",
        "report.url": "http://127.0.0.1:8069", "sale.default_confirmation_template": "12", "mail.session.batch.size": "50",
        "recaptcha_private_key": token("6LeI", 36), "google_gmail_client_secret": token("GOCSPX-", 28),
        "acme.api_endpoint": f"https://api.{own.domain}/v2", "acme.api_password": token("", 20), "acme.webhook": token("https://hooks.example.net/", 22),
        "mail.sfu_server_key": token("sfu_", 30), "openai_api_key": token("sk-", 44), "auth_signup.invitation_scope": "b2b",
        "crm.pls_fields": "phone_state,email_state", "web.max_file_upload_size": "134217728", "database.enterprise_code": token("M2", 18)}
    db.copy("ir_config_parameter", ({"key": k, "value": v} for k, v in parameters.items()))
    db.copy("ir_mail_server", iter([{
        "smtp_port": 587, "sequence": 1, "name": "Main SMTP", "smtp_host": f"smtp.{own.domain}", "smtp_authentication": "login",
        "smtp_user": f"erp@{own.domain}", "smtp_pass": token("", 18, "password"), "smtp_encryption": "starttls", "active": True}]))
    db.copy("fetchmail_server", iter([{
        "port": 993, "name": "Inbox", "state": "done", "server": f"imap.{own.domain}", "server_type": "imap",
        "user": f"inbox@{own.domain}", "password": token("", 16, "password"), "active": True, "is_ssl": True, "priority": 5}]))
    db.copy("payment_provider", ({
        "sequence": i, "company_id": 1, "code": code, "state": state, "name": w.tr(code.title()), "is_published": True,
        "stripe_secret_key": token("sk_live_", 24) if code == "stripe" else None,
        "stripe_publishable_key": token("pk_live_", 24) if code == "stripe" else None,
        "stripe_webhook_secret": token("whsec_", 24) if code == "stripe" else None,
        "adyen_api_key": token("AQE", 40) if code == "adyen" else None,
        "adyen_hmac_key": token("", 64) if code == "adyen" else None, "paypal_email_account": own.email}
        for i, (code, state) in enumerate((("stripe", "enabled"), ("adyen", "enabled"), ("paypal", "test"), ("custom", "enabled")), 1)))
    db.copy("iap_account", ({"name": s, "service_name": s, "account_token": token("", 32)} for s in ("sms", "snailmail", "reveal")))
    db.copy("auth_oauth_provider", iter([{"sequence": 1, "name": "Google", "client_id": token("", 30) + ".apps.googleusercontent.com",
                                          "auth_endpoint": "https://accounts.google.com/o/oauth2/auth", "scope": "email",
                                          "validation_endpoint": "https://www.googleapis.com/oauth2/v1/tokeninfo",
                                          "body": w.tr("Log in with Google"), "enabled": True}]))
    db.copy("res_users_apikeys", ({"name": "script", "user_id": 5 + i, "scope": "rpc", "index": f"{i:08x}",
                                   "key": token("$pbkdf2-sha512$6000$", 60), "create_date": w.moment(i)} for i in range(3)))
    db.copy("google_calendar_credentials", iter([{"calendar_rtoken": token("1//0", 40), "calendar_token": token("ya29.", 60)}]))
    db.copy("account_edi_proxy_client_user", iter([{"id_client": token("", 32), "company_id": 1, "edi_identification": "0208:0477472701",
                                                    "private_key": token("-----BEGIN PRIVATE KEY-----", 64).encode(),
                                                    "refresh_token": token("", 40), "proxy_type": "peppol", "edi_mode": "prod", "active": True}]))
    return token
