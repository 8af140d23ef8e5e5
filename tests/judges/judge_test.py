#!/usr/bin/python3
"""Independent judges (python3-stdnum, python3-phonenumbers) on the pseudonyms that print_pseudonyms makes.

Inputs are drawn, shaped like the real thing; every pseudonym must pass the judge of its kind and country, and
phones must be numbers that nobody has: of the same country and possible, but not assigned, unless the country
keeps a range for fiction.
"""
import collections
import importlib
import ipaddress
import os
import random
import re
import subprocess
import sys
import uuid

SKIP = 77  # what CTest takes for skipped
try:
    import phonenumbers
    import stdnum.util
    from stdnum import iban, luhn
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(SKIP)

# How many of each country (VAT numbers, ids, IBANs), region and form (phones) or kind (the rest). The long run
# has 10^5 of every kind.
LONG = "--long" in sys.argv
VAT, ID, IBAN, PHONE, OTHER = (1700, 15000, 1400, 80, 100_000) if LONG else (300, 300, 100, 10, 300)
random.seed(1)
EUROPE = "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()
NATIONAL = {  # by the country of the partner, without a prefix
    "AL": "L########A", "AR": "30#########", "AU": "###########", "BR": "##############", "BY": "#########",
    "CA": "#########", "CL": "########-#", "CN": "91##############", "CO": "##########", "CR": "3-101-######",
    "DO": "#########", "EC": "#############", "GT": "#######-#", "ID": "##.###.###.#-###.###", "IL": "#########",
    "IN": "27AAPFU####F1ZV", "IS": "#####", "JP": "#############", "KE": "P#########A", "KR": "###-##-#####",
    "MA": "###############", "ME": "########", "MK": "#############", "MX": "GODE######GR8", "NZ": "#########",
    "PE": "20#########", "PY": "########-#", "RS": "#########", "RU": "##########", "TR": "##########",
    "TW": "########", "UY": "############", "VE": "J-########-#", "VN": "##########"}
SPECIAL = [("CH", "stdnum.ch.vat", "CHE-###.###.### MWST"), ("CH", "stdnum.ch.uid", "CHE-###.###.###"),
           ("NO", "stdnum.no.mva", "NO #########MVA"), ("NO", "stdnum.no.orgnr", "#########"),
           ("FR", "stdnum.fr.siren", "#########"), ("FR", "stdnum.fr.siret", "##############"),
           ("DE", "stdnum.eu.vat", "DE #########"), ("UA", "stdnum.ua.edrpou", "########"),
           ("TH", "stdnum.th.tin", "#############")]
IDS = [("DE", "de.idnr", "###########"), ("FR", "fr.nir", "1##############"), ("NL", "nl.bsn", "#########"),
       ("BE", "be.nn", "##.##.##-###.##"), ("ES", "es.dni", "########A"), ("ES", "es.nie", "X#######A"),
       ("US", None, "###-##-####")]
# Countries whose regulator keeps numbers for fiction: the pseudonym may look assigned.
FICTION = {"US", "CA", "GB", "GG", "JE", "IM", "FR", "DE", "AU", "SE", "IE"}


def fill(pattern):
    return re.sub("#", lambda _: str(random.randrange(10)), pattern)


def check_phone(region):
    def check(answer):
        number = phonenumbers.parse(answer, region)
        code = phonenumbers.country_code_for_region(region)
        if number.country_code != code or not phonenumbers.is_possible_number(number):
            return False
        fiction = code in {phonenumbers.country_code_for_region(c) for c in FICTION}
        return fiction or not phonenumbers.is_valid_number(number)
    return check


def check_bank(answer):
    """Check digits and structure by stdnum; the bank code is none: zeros, nines (BE) or X."""
    compact = iban.compact(answer)
    return iban.is_valid(compact) and compact[5 if compact[:2] in ("IT", "SM") else 4:][:2] in ("00", "99", "XX")


def check_ssn(answer):
    return re.fullmatch(r"9\d\d-\d\d-\d{4}", answer) is not None


def check_mac(answer):
    return re.fullmatch("([0-9a-f]{2}:){5}[0-9a-f]{2}", answer) is not None and int(answer[:2], 16) & 3 == 2


def check_ip(answer):
    address = ipaddress.ip_address(answer)
    ranges = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    return any(address in ipaddress.ip_network(r) for r in ranges if ipaddress.ip_network(r).version == address.version)


def check_email(answer):
    return re.fullmatch(r"[a-z0-9.]+@[a-z0-9-]+\.example\.(com|net|org)", answer) is not None and len(answer) < 100


def check_monaco(answer):
    return stdnum.util.get_cc_module("mc", "vat").is_valid("FR" + answer.replace("MC", ""))


def check_uuid(answer):
    value = uuid.UUID(answer)
    return value.version == 4 and value.variant == uuid.RFC_4122


def module(name):
    return importlib.import_module(name).is_valid


def examples():
    """(kind, country of the context, value, name of the judge, judge)"""
    for country in EUROPE:
        judge = stdnum.util.get_cc_module({"EL": "gr"}.get(country, country.lower()), "vat").is_valid
        if country == "MC":  # stdnum knows Monaco's numbers by France's prefix only
            judge = check_monaco
        yield from (("vat", "", country + fill("#########"), "vat " + country, judge) for _ in range(VAT))
        if country != "EL":
            yield from (("vat", country, fill("#########"), "vat in " + country, judge) for _ in range(VAT // 10)
                        if country != "FR")
    for country, pattern in NATIONAL.items():
        judge = stdnum.util.get_cc_module(country.lower(), "vat").is_valid
        yield from (("vat", country, fill(pattern), "vat " + country, judge) for _ in range(VAT))
    for country, name, pattern in SPECIAL:
        yield from (("vat", country, fill(pattern), name, module(name)) for _ in range(VAT))
    for country, name, pattern in IDS:
        judge = module("stdnum." + name) if name else check_ssn
        yield from (("national_id", country, fill(pattern), "id " + country, judge) for _ in range(ID))
    # Every country of stdnum's copy of the IBAN registry.
    for country, bban in registry():
        for _ in range(IBAN):
            text = "".join(random.choice({"n": "0123456789", "a": "ABCDEFGH", "c": "0123456789ABCDEF"}[kind])
                           for count, kind in re.findall(r"(\d+)!([nac])", bban) for _ in range(int(count)))
            yield ("iban", "", country + "%02d" % random.randrange(2, 98) + text, "iban " + country, check_bank)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for form in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL,
                         phonenumbers.PhoneNumberFormat.NATIONAL):
                text = phonenumbers.format_number(example, form)
                for _ in range(PHONE):
                    last = str(random.randrange(10)) + str(random.randrange(10))
                    yield ("phone", region, text[:-2] + last if text[-2:].isdigit() else text, "phone " + region,
                           check_phone(region))
    for _ in range(OTHER):
        yield ("card", "", fill("4###############"), "card", luhn.is_valid)
        yield ("card", "", fill("3##############"), "card", luhn.is_valid)
        yield ("bic", "", "DEUTDEFF" + random.choice(("", "500")), "bic", module("stdnum.bic"))
        yield ("email", "", fill("a##.b##@c###.com"), "email", check_email)
        yield ("login", "", fill("a##.b##@c###.com"), "email", check_email)
        yield ("ip", "", "10.%d.3.4" % random.randrange(256), "ip", check_ip)
        yield ("ip", "", "2a00:1450::%x" % random.randrange(65536), "ip", check_ip)
        yield ("mac", "", "00:1b:44:%02x:3a:b7" % random.randrange(256), "mac", check_mac)
        yield ("uuid", "", str(uuid.UUID(int=random.getrandbits(128))), "uuid", check_uuid)


def registry():
    """Country and BBAN structure, as stdnum's data file has them."""
    path = os.path.join(os.path.dirname(stdnum.__file__), "iban.dat")
    for line in open(path, encoding="utf-8"):
        found = re.match(r'([A-Z]{2}) .*bban="([^"]+)"', line)
        if found:
            yield found.groups()


def main():
    cases = list(examples())
    run = subprocess.run([sys.argv[1]], input="".join("\t".join(c[:3]) + "\n" for c in cases), text=True,
                         capture_output=True, check=True)
    answers = run.stdout.splitlines()
    assert len(answers) == len(cases), (len(answers), len(cases))
    wrong = {}
    for (_, _, value, name, judge), answer in zip(cases, answers):
        try:
            good = judge(answer)
        except (ValueError, phonenumbers.NumberParseException):
            good = False
        if not good:
            wrong.setdefault(name, []).append("%s (for %s)" % (answer, value))
    for name, bad in sorted(wrong.items()):
        print("%s: %d refused, for example %s" % (name, len(bad), ", ".join(bad[:3])))
    by_kind = collections.Counter(case[0] for case in cases)
    if LONG:
        assert min(by_kind.values()) >= 100_000, by_kind
        print(", ".join("%s %d" % pair for pair in by_kind.most_common()))
    print("%d pseudonyms judged, %d kinds and countries" % (len(cases), len({c[3] for c in cases})))
    sys.exit(1 if wrong else 0)


main()
