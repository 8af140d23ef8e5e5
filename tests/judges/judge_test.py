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
VAT, ID, IBAN, PHONE, OTHER = (1700, 4000, 1400, 80, 100_000) if LONG else (300, 300, 100, 10, 300)
random.seed(1)
EUROPE = "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()
NATIONAL = {  # by the country of the partner, without a prefix
    "AD": "U######X", "AL": "L########A", "AR": "30#########", "AU": "###########", "BR": "##############", "BY": "#########",
    "CA": "#########", "CL": "########-#", "CN": "91##############", "CO": "##########", "CR": "3-101-######",
    "DO": "#########", "DZ": "###############", "EC": "#############", "FO": "######", "GH": "C##########", "GT": "#######-#", "ID": "##.###.###.#-###.###", "IL": "#########",
    "IN": "27AAPFU####F1ZV", "IS": "#####", "JP": "#############", "KE": "P#########A", "KR": "###-##-#####",
    "MA": "###############", "ME": "########", "MK": "#############", "MX": "GODE######GR8", "NZ": "#########",
    "PE": "20#########", "PY": "########-#", "RS": "#########", "RU": "##########", "SG": "#########A",
    "SM": "#####", "SV": "0614-######-###-#", "TN": "#######/W", "TR": "##########",
    "TW": "########", "UY": "############", "VE": "J-########-#", "VN": "##########"}
SPECIAL = [("CH", "stdnum.ch.vat", "CHE-###.###.### MWST"), ("CH", "stdnum.ch.uid", "CHE-###.###.###"),
           ("NO", "stdnum.no.mva", "NO #########MVA"), ("NO", "stdnum.no.orgnr", "#########"),
           ("FR", "stdnum.fr.siren", "#########"), ("FR", "stdnum.fr.siret", "##############"),
           ("DE", "stdnum.eu.vat", "DE #########"), ("UA", "stdnum.ua.edrpou", "########"),
           ("TH", "stdnum.th.tin", "#############")]
# Forms beside the usual one, and countries that python-stdnum of Debian 12 does not know: what Odoo's base_vat (12 to
# 18) asks of them, as a regular expression, or stdnum's module.
FORMS = [("AL", "K########A", r"[JKLM]\d{8}[A-Z]"), ("AR", "27#########", "ar.cuit"), ("AZ", "#########1", r"\d{9}[12]"),
         ("BG", "##########", "bg.vat"), ("BR", "###.###.###-##", "br.cpf"), ("CA", "#########RT0001", "ca.bn"),
         ("CL", "########", "cl.rut"), ("CO", "########", "co.nit"), ("CO", "###.###.####-#", "co.nit"),
         ("CR", "1########", r"[1-9]\d{8}"), ("CR", "###########", r"[1-9]\d{10}"), ("CR", "############", r"[1-9]\d{11}"),
         ("CZ", "##########", "cz.rc"), ("DE", "##/###/#####", "de.stnr"), ("DE", "###/###/#####", "de.stnr"),
         ("DE", "#############", "de.stnr"), ("DO", "###-#######-#", "do.cedula"), ("DZ", "####################", "dz.nif"),
         ("EC", "##########", "ec.ci"), ("EG", "###-###-###", r"\d{3}-\d{3}-\d{3}"), ("ES", "########Z", "es.nif"),
         ("ES", "Y#######Z", "es.nie"), ("GB", "GB############", "gb.vat"), ("GN", "#########", "luhn"),
         ("GT", "##########-K", "gt.nit"), ("HU", "########-#-##", r"\d{8}-[1-5]-\d{2}"), ("HU", "8#########", r"8\d{9}"),
         ("ID", "################", r"0\d{15}"), ("IE", "IE#######WA", "ie.vat"), ("IN", "27AAPFU####F1ZV", "in_.gstin"),
         ("IS", "######", "is_.vsk"), ("LT", "LT############", "lt.pvm"), ("MA", "########", r"\d{8}"),
         ("MX", "GODE######GR8", r"[A-Z&]{4}\d\d(0[1-9]|1[0-2])([012]\d|3[01])[A-Z0-9]{3}"), ("NZ", "##-###-####", "nz.ird"),
         ("PE", "10#########", "pe.ruc"), ("PH", "###-###-###", r"\d{3}-\d{3}-\d{3}"),
         ("PH", "###-###-###-#####", r"\d{3}-\d{3}-\d{3}-\d{5}"), ("PY", "######-#", "py.ruc"), ("RO", "#############", "ro.cnp"),
         ("RU", "############", "ru.inn"), ("SA", "3#############3", r"3\d{13}3"), ("SG", "########M", "sg.uen"),
         ("SG", "T##LL####D", "sg.uen"), ("SM", "##", "sm.coe"), ("SM", "SM#####", r"SM\d{5}"),
         ("TN", "#######/M/A/E/000", "tn.mf"), ("TR", "###########", "tr.tckimlik"), ("UA", "##########", "ua.rntrc"),
         ("UA", "############", r"\d{12}"), ("UZ", "#########", r"\d{9}"), ("UZ", "##############", r"\d{14}"),
         ("VE", "V-########-#", "ve.rif"), ("VN", "##########-###", "vn.mst"), ("VN", "############", r"\d{12}")]
def check_hetu(answer):
    """Artificial ones, which DVV keeps for tests."""
    return importlib.import_module("stdnum.fi.hetu").is_valid(answer, allow_temporary=True) and answer[7] == "9"


IDS = [("DE", "de.idnr", "###########"), ("FR", "fr.nir", "1##############"), ("NL", "nl.bsn", "#########"),
       ("BE", "be.nn", "##.##.##-###.##"), ("ES", "es.dni", "########A"), ("ES", "es.nie", "X#######A"),
       ("US", None, "###-##-####"), ("BG", "bg.egn", "##########"), ("BR", "br.cpf", "###.###.###-##"),
       ("CH", "ch.ssn", "756.####.####.##"), ("CN", "cn.ric", "11010119#########X"), ("CZ", "cz.rc", "######/####"),
       ("DK", "dk.cpr", "######-####"), ("DO", "do.cedula", "###########"), ("EC", "ec.ci", "##########"),
       ("EE", "ee.ik", "###########"), ("FI", check_hetu, "######-###A"), ("FI", check_hetu, "######A###A"),
       ("GR", "gr.amka", "###########"), ("IL", "il.idnr", "########-#"), ("IN", "in_.pan", "AAAPA####A"),
       ("IT", "it.codicefiscale", "RSSMRA##T##H501S"), ("IT", "it.codicefiscale", "###########"),
       ("LT", "lt.asmens", "###########"), ("NO", "no.fodselsnummer", "###### #####"), ("PL", "pl.pesel", "###########"),
       ("PT", "pt.nif", "#########"), ("RO", "ro.cnp", "#############"), ("SE", "se.personnummer", "######-####"),
       ("SE", "se.personnummer", "########-####"), ("TR", "tr.tckimlik", "###########"), ("UA", "ua.rntrc", "##########"),
       ("ZA", "za.idnr", "#############")]
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


def check_shape(value, judge):
    """The judge's yes, in a form that differs from the value's in nothing but which digit, which letter."""
    def shape(text):
        return re.sub("[A-Z]", "A", re.sub("[0-9]", "9", text))

    def check(answer):
        good = re.fullmatch(judge, answer) if "\\" in judge or "[" in judge else \
            luhn.is_valid(answer) if judge == "luhn" else module("stdnum." + judge)(answer)
        # A check character may be a letter or a digit; numbers of San Marino below 100 are taken.
        return bool(good) and (shape(answer)[:-1] == shape(value)[:-1] or len(value) < 3)
    return check


def weighted(text, weights):
    return sum(weight * int(digit) for weight, digit in zip(weights, text))


def check_mozambique(answer):
    """The rule of AT (Autoridade Tributária), as in 400339910."""
    assert weighted("40033991", (8, 9, 4, 5, 6, 7, 8, 9)) % 11 == 0
    return len(answer) == 9 and weighted(answer, (8, 9, 4, 5, 6, 7, 8, 9)) % 11 == int(answer[8])


def check_senegal(answer):
    """ANSD's rule, as in 3067221."""
    assert weighted("3067221", (1, 2, 1, 2, 1, 2, 1)) % 10 == 0
    return len(answer) == 7 and weighted(answer, (1, 2, 1, 2, 1, 2, 1)) % 10 == 0


def check_japan(answer):
    return answer[0] == "T" and stdnum.util.get_cc_module("jp", "vat").is_valid(answer[1:])


def judged_countries():
    """Every country for which python-stdnum (and so Odoo) checks a number has to have a judge here (GR's is EL's)."""
    folder = os.path.dirname(stdnum.util.__file__)
    known = {name.rstrip("_").upper() for name in os.listdir(folder) if len(name.rstrip("_")) == 2}
    return {code for code in known if stdnum.util.get_cc_module(code.lower(), "vat")} - {"EU", "GR"}


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
    for country, pattern, judge in FORMS:
        for _ in range(VAT):
            value = fill(pattern)
            yield ("vat", country, value, "vat %s as %s" % (country, pattern), check_shape(value, judge))
    for country, pattern, judge in (("JP", "T#############", check_japan), ("MZ", "#########", check_mozambique),
                                    ("SN", "#######", check_senegal)):
        yield from (("vat", country, fill(pattern), "vat %s as %s" % (country, pattern), judge) for _ in range(VAT))
    for country, name, pattern in IDS:
        judge = module("stdnum." + name) if isinstance(name, str) else name or check_ssn
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
    nobody_judges = judged_countries() - {case[3].split()[1] for case in cases if case[3].startswith("vat ")} - {
        name[1].split(".")[1].upper() for name in SPECIAL}
    assert not nobody_judges, "no judge for the numbers of %s" % ", ".join(sorted(nobody_judges))
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
