#!/usr/bin/env python3
"""Tries every channel that an Odoo database configures, as Odoo would: channels.py DSN SMTP_PORT HTTP_PORT

Reads the configuration with psql, then leaves the network: a name space of its own with loopback alone, in which an
SMTP and an HTTP sink listen on the two ports. Each configured address is then connected to. Prints one JSON object
per address: place, address, result, and last {"isolated": …, "mails": …, "requests": …}. Results: "sink" (it came out
there), "nowhere" (refused on loopback, or a name that cannot exist: RFC 6761), "outside" (everything else; without a
name space of its own it is not tried, since that would be production).
"""
import ctypes
import fcntl
import json
import os
import re
import smtplib
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

# What Odoo's code calls where a parameter is absent.
LIVE_DEFAULTS = {
    "sms": ("sms.endpoint", "https://sms.api.odoo.com"),
    "snailmail": ("snailmail.endpoint", "https://iap-snailmail.odoo.com"),
    "iap": ("iap.endpoint", "https://iap.odoo.com"),
    "partner_autocomplete": ("iap.partner_autocomplete.endpoint", "https://partner-autocomplete.odoo.com"),
    "iap_crm": ("reveal.endpoint", "https://iap-services.odoo.com"),
    "crm_iap_enrich": ("enrich.endpoint", "https://iap-services.odoo.com"),
    "website": ("website.website_api_endpoint", "https://website.api.odoo.com"),
}
# place, SQL for the columns address and port. A statement whose table or column is missing is left out.
CHANNELS = [
    # Archived servers too: "Test connection" works on them.
    ("smtp", "SELECT smtp_host, smtp_port FROM ir_mail_server"),
    ("fetchmail", "SELECT server, port FROM fetchmail_server"),
    ("ldap", "SELECT ldap_server, ldap_server_port FROM res_company_ldap"),
    ("webhook", "SELECT webhook_url, 0 FROM ir_act_server"),
    ("oauth auth", "SELECT auth_endpoint, 0 FROM auth_oauth_provider"),
    ("oauth validation", "SELECT validation_endpoint, 0 FROM auth_oauth_provider"),
    ("oauth data", "SELECT data_endpoint, 0 FROM auth_oauth_provider"),
    ("website", "SELECT domain, 443 FROM website"),
    ("cdn", "SELECT cdn_url, 443 FROM website WHERE cdn_activated"),
    ("parameter", "SELECT value, 0 FROM ir_config_parameter WHERE value ~* '^[a-z][a-z0-9+.-]*://'"),
    ("till proxy", "SELECT proxy_ip, 80 FROM pos_config"),
    ("till printer", "SELECT epson_printer_ip, 80 FROM pos_config"),
    ("printer", "SELECT proxy_ip, 80 FROM pos_printer"),
    ("terminal", "SELECT six_terminal_ip, 80 FROM pos_payment_method"),
    ("turn", "SELECT regexp_replace(uri, '^[a-z]*:', ''), 3478 FROM mail_ice_server"),
    ("push", "SELECT endpoint, 0 FROM mail_partner_device"),
    ("video", "SELECT sfu_server_url, 0 FROM discuss_channel"),
    ("fiscal device", "SELECT l10n_ke_cu_proxy_address, 80 FROM res_company"),
    ("vies", "SELECT 'https://ec.europa.eu', 0 FROM res_company WHERE vat_check_vies"),
    ("payment", "SELECT 'https://api.' || code || '.com', 0 FROM payment_provider WHERE state = 'enabled'"),
    ("carrier", "SELECT 'https://api.' || delivery_type || '.com', 0 FROM delivery_carrier WHERE active"
                " AND delivery_type NOT IN ('fixed', 'base_on_rule', 'in_store')"),
    ("proxy user", "SELECT 'https://l10n-it-edi.api.odoo.com', 0 FROM account_edi_proxy_client_user WHERE edi_mode <> 'demo'"),
    ("google", "SELECT 'https://oauth2.googleapis.com', 0 FROM google_calendar_credentials"
               " WHERE calendar_rtoken <> '' AND synchronization_stopped IS NOT TRUE"),
    ("microsoft", "SELECT 'https://login.microsoftonline.com', 0 FROM res_users WHERE microsoft_calendar_rtoken <> ''"),
]
PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "postgresql": 5432, "sftp": 22, "ftp": 21, "ldap": 389}
RESERVED = re.compile(r"(^|\.)(invalid|test|example|example\.(com|org|net))$", re.I)
LOOPBACK = re.compile(r"^(localhost|127(\.\d+){3}|::1)$", re.I)


def ask(dsn, sql):
    done = subprocess.run(["psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", sql], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()] if done.returncode == 0 else []


def addresses(dsn):
    """[(place, text, host, port)]"""
    found = []
    rows = [(place, *row) for place, sql in CHANNELS for row in ask(dsn, sql) if row[0]]
    given = {row[0] for row in ask(dsn, "SELECT key FROM ir_config_parameter WHERE value <> ''")}
    modules = {row[0] for row in ask(dsn, "SELECT name FROM ir_module_module WHERE state = 'installed'")}
    for module, (key, default) in LIVE_DEFAULTS.items():
        if module in modules and key not in given:
            rows.append((f"default of {key}", default, "0"))
    if not ask(dsn, "SELECT 1 FROM ir_mail_server WHERE active"):
        rows.append(("odoo.conf smtp_server", "localhost", "25"))
    for place, text, port in rows:
        try:
            url = urllib.parse.urlsplit(text if "://" in text else "x://" + text)
            found.append((place, text, url.hostname or "", url.port or int(port or 0) or PORTS.get(url.scheme, 443)))
        except ValueError:  # no address at all, or one that only its own program can read: it must not be there
            found.append((place, text, text, 443))
    return found


def leave_network():
    """True if this process is alone with loopback now."""
    new_user, new_net = 0x10000000, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(new_net) != 0 and libc.unshare(new_user | new_net) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # SIOCGIFFLAGS, SIOCSIFFLAGS: IFF_UP
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(probe, 0x8913, request))[1]
        fcntl.ioctl(probe, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))
    return True


class SmtpSink(socketserver.StreamRequestHandler):
    mails = 0

    def handle(self):
        def say(text):
            self.wfile.write(text + b"\r\n")
        say(b"220 sink")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                say(b"354 go on")
                for text in self.rfile:
                    if text.rstrip(b"\r\n") == b".":
                        break
                SmtpSink.mails += 1
            say(b"221 bye" if word == b"QUIT" else b"250 ok")
            if word == b"QUIT":
                return


class HttpSink(socketserver.StreamRequestHandler):
    requests = 0

    def handle(self):
        for line in self.rfile:
            if not line.strip():
                break
        HttpSink.requests += 1
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")


def listen(port, handler):
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def send(place, text, host, port):
    """Speaks the channel's protocol; returns what it spoke with."""
    if place == "smtp":
        with smtplib.SMTP(host, port, timeout=3) as smtp:
            smtp.sendmail("staging@example.com", ["customer@example.com"], "Subject: x\r\n\r\nx\r\n")
    elif text.startswith(("http://", "https://")):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(text, timeout=3).close()
    else:
        socket.create_connection((host, port), timeout=3).close()


def attempt(place, text, host, port, isolated):
    if RESERVED.search(host) or not host:
        return "nowhere"
    local = LOOPBACK.match(host)
    if not local and not isolated:
        return "outside"
    try:
        send(place, text, host, port)
    except (OSError, smtplib.SMTPException, urllib.error.URLError):
        return "nowhere" if local else "outside"
    return "sink"


def main():
    dsn, smtp_port, http_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    found = addresses(dsn)
    isolated = leave_network()
    listen(smtp_port, SmtpSink)
    listen(http_port, HttpSink)
    for place, text, host, port in found:
        result = attempt(place, text, host, port, isolated)
        print(json.dumps({"place": place, "address": f"{host}:{port}", "result": result}))
    print(json.dumps({"isolated": isolated, "mails": SmtpSink.mails, "requests": HttpSink.requests}))


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    main()
