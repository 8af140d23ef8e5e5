#!/usr/bin/python3
"""Independent judges (python3-stdnum, python3-phonenumbers) on the pseudonyms that print_pseudonyms makes."""
import importlib
import subprocess
import sys

SKIP = 77  # what CTest takes for skipped
try:
    from stdnum import iban, luhn
    import stdnum.util
    import phonenumbers
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(SKIP)

EACH = 300
VAT = "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
OTHERS = [("AR", "ar.cuit"), ("AU", "au.abn"), ("BR", "br.cnpj"), ("CH", "ch.uid"), ("NO", "no.orgnr"),
          ("RU", "ru.inn"), ("TR", "tr.vkn")]
IDS = [("DE", "de.idnr", "%011d"), ("FR", "fr.nir", "1%014d"), ("NL", "nl.bsn", "%09d"), ("BE", "be.nn", "%011d"),
       ("ES", "es.dni", "%08dA"), ("ES", "es.nie", "X%07dA")]
IBANS = ["DE89370400440532013000", "ES9121000418450200051332", "BE68539007547034", "FR1420041010050500013M02606",
         "GB29NWBK60161331926819", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "PL61109010140000071219812874",
         "NL91ABNA0417164300", "CH9300762011623852957", "AT611904300234573201", "IT60X0542811101000000123456"]

cases = []
for country in VAT:
    name = {"EL": "gr"}.get(country, country.lower())
    for i in range(EACH):
        cases.append(("vat", "", country + "%09d" % i, "vat:" + name))
for country, module in OTHERS:
    for i in range(EACH):
        cases.append(("vat", country, ("CHE%09d" if country == "CH" else "%09d") % i, "stdnum." + module))
for country, module, pattern in IDS:
    for i in range(EACH):
        cases.append(("national_id", country, pattern % i, "stdnum." + module))
for value in IBANS:
    for i in range(EACH):
        cases.append(("iban", "", value[:-3] + "%03d" % i, "stdnum.iban"))
for i in range(EACH):
    cases.append(("card", "", "4%015d" % i, "stdnum.luhn"))
    for country in ("US", "GB", "FR", "DE", "AU", "SE", "CA", "BE", "NL", "ES"):
        code = phonenumbers.country_code_for_region(country)
        cases.append(("phone", country, "+%d2025%06d" % (code, i), "phone:" + country))

run = subprocess.run([sys.argv[1]], input="".join("\t".join(c[:3]) + "\n" for c in cases), text=True,
                     capture_output=True, check=True)
answers = run.stdout.splitlines()
assert len(answers) == len(cases), (len(answers), len(cases))
wrong = {}
for (kind, country, value, judge), answer in zip(cases, answers):
    if judge.startswith("phone:"):
        number = phonenumbers.parse(answer, None)
        good = phonenumbers.is_possible_number(number)
    elif judge == "stdnum.luhn":
        good = luhn.is_valid(answer)
    elif judge.startswith("vat:"):
        good = stdnum.util.get_cc_module(judge[4:], "vat").is_valid(answer)
    else:
        good = importlib.import_module(judge).is_valid(answer)
    if not good:
        wrong.setdefault(judge, []).append(answer)
for judge, answers in sorted(wrong.items()):
    print("%s refuses %d, for example %s" % (judge, len(answers), answers[:3]))
print("%d pseudonyms judged" % len(cases))
sys.exit(1 if wrong else 0)
