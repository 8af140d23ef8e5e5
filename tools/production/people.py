"""Invented people and companies: names, e-mails, phones, streets, VAT numbers, bank accounts.

Deterministic: the n-th person of a seed is always the same. Surnames are put together from syllables so that
they are rare strings which a search finds; one in ten is an ordinary surname, because ordinary surnames are
what makes searching hard (class "common_name" in the truth file).
"""
import random

# country: (phone prefix, digits after it, first names, name starts, name ends, ordinary surnames, cities,
#           streets, top-level domain, legal form)
_EN = ("James Mary Robert Patricia Michael Linda David Susan Daniel Karen Oliver Grace Harry Ruth Noah Chloe "
       "Ethan Violet Mason Hazel Will Mark Faith Rose").split()
_DE = ("Anna Lukas Sophie Jonas Lena Felix Clara Moritz Greta Jürgen Käthe Günther Heike Björn Anneliese Uwe "
       "Karl-Heinz Ulrike Sören Dörte").split()
_FR = ("Camille Hugo Élodie Jules Zoé Mathéo Inès Gaël Chloé François Anaïs Jean-Luc Marie-Claire Benoît Hélène "
       "Aurélien Margaux Rémi Noémie Thibault").split()
_ES = ("Lucía Mateo Sofía Hugo Martina Álvaro Paula Íñigo Carmen José Begoña Joaquín Rocío Ángel Nuria Raúl "
       "Inmaculada Andrés Pilar Sergio").split()
_IT = ("Giulia Francesco Aurora Alessandro Ginevra Lorenzo Beatrice Niccolò Chiara Matteo Ludovica Tommaso Nicolò "
       "Martina Riccardo Elisabetta").split()
_NL = ("Emma Daan Tess Sem Julia Bram Fleur Thijs Saar Joost Maaike Sjoerd Anouk Ruben Lotte Pieter").split()
_PL = ("Zofia Jakub Hanna Łukasz Małgorzata Paweł Wojciech Agnieszka Żaneta Krzysztof Elżbieta Stanisław").split()

COUNTRIES = {
    "US": ("1", 10, _EN, "Hal Bren Wick Thorn Ash Kel Dun Pem Lock Strat Mar Wen Cros Hol Far Tam".split(),
           "worthy berlow dingham sleyton croftel marden whistle bridger haven lockley penfold stoker".split(),
           "Smith May Baker Young Park Rose Hope".split(),
           "Denver;80202 Portland;97204 Austin;78701 Boston;02108 Tucson;85701".split(),
           "{n} {s} Street|{n} {s} Avenue, Apt. {m}|{n} N {s} Blvd".split("|"), "com", "Inc."),
    "GB": ("44", 10, _EN, "Wex Hather Cul Brom Ald Pon Cath Rus Whit Elm Gos Har".split(),
           "combe wyndley sterfield thwaite lbury mershaw bottomley denholm".split(),
           "Taylor Green Hunt King O'Brien".split(),
           "Leeds;LS1_4DY Bristol;BS1_5TR York;YO1_7HH Cardiff;CF10_1EP".split(),
           "{n} {s} Road|Flat {m}, {n} {s} Lane|{n} {s} Close".split("|"), "co.uk", "Ltd"),
    "DE": ("49", 10, _DE, "Hohen Breiten Kalt Wende Rauten Stern Mühl Gries Traut Acker Feld Birn".split(),
           "brinck losen wieser stetter hüfner manndorf hecker vogler quast reuther".split(),
           "Müller Schmidt König Sommer Jung von_Weiß".split(),
           "Köln;50667 Leipzig;04109 Kiel;24103 Passau;94032 Münster;48143".split(),
           "{s}straße {n}|{s}weg {n}a|Am {s}platz {n}".split("|"), "de", "GmbH"),
    "FR": ("33", 9, _FR, "Beau Mont Cham Ver Lau Fon Gran Bel Roche Mar Val Cour".split(),
           "vallier tignac rencourt bressol maillard quenoy grandin thibaudet louvier".split(),
           "Martin Petit Blanc Dubois d'Aubigné".split(),
           "Lyon;69002 Nantes;44000 Lille;59800 Dijon;21000".split(),
           "{n}, rue {s}|{n} bis, avenue {s}|{n}, place {s}".split("|"), "fr", "SARL"),
    "ES": ("34", 9, _ES, "Valde Monte Torre Bena Cala Sala Quinta Olmo Peña Rio".split(),
           "zúñigo rrubia mirón gallardo cienda vellano trigal banderas".split(),
           "García Blanco Rey Torres de_la_Cruz".split(),
           "Valencia;46001 Bilbao;48001 Sevilla;41001 Oviedo;33001".split(),
           "Calle {s} {n}|Avenida {s}, {n}, {m}º|Plaza {s} {n}".split("|"), "es", "S.L."),
    "IT": ("39", 10, _IT, "Bel Monte Fior Cas Gran Tor San Quar Piet Val".split(),
           "landini tarelli cucciolo vendramo santucci brighello ronzani gattesco".split(),
           "Rossi Bianchi Conti d'Angelo Di_Marco".split(),
           "Bologna;40121 Torino;10121 Bari;70121 Trieste;34121".split(),
           "Via {s} {n}|Corso {s}, {n}/{m}|Piazza {s} {n}".split("|"), "it", "S.r.l."),
    "NL": ("31", 9, _NL, "Hoog Water Zand Noord Velden Kruis Lin Brand Wester Meul".split(),
           "stegge horstra kampink broekema winkelaar lander dijkema haverkate".split(),
           "de_Vries Jansen van_den_Berg Bos".split(),
           "Utrecht;3511_LN Zwolle;8011_JW Breda;4811_AB".split(),
           "{s}straat {n}|{s}laan {n}-{m}|{s}gracht {n}".split("|"), "nl", "B.V."),
    "BE": ("32", 9, _FR + _NL, "Lam Ver Cle Haver Dam Stee Wou Pau".split(),
           "brechtel mersch welsteen boome lquin rtiers ghenaert pelinck".split(),
           "Peeters Dupont Janssens".split(),
           "Gent;9000 Namur;5000 Leuven;3000".split(),
           "{s}straat {n}|Rue {s} {n}|{s}laan {n} bus {m}".split("|"), "be", "SRL"),
    "PL": ("48", 9, _PL, "Wierz Kamion Brzoz Dąb Lipi Sos Gra Jawor".split(),
           "bowiak ecki nowicz kiewicz tylski szczuk".split(),
           "Nowak Kowalski Zając".split(),
           "Łódź;90-001 Gdynia;81-300 Opole;45-001".split(),
           "ul. {s} {n}|ul. {s} {n}/{m}|al. {s} {n}".split("|"), "pl", "Sp. z o.o."),
}
CODES = list(COUNTRIES)
_STREET_WORDS = ("Alderleaf Bramblewood Corneille Distelfink Eichendorff Fontanelle Goldregen Hagebutten Iriswood "
                 "Juniperus Kastanien Lindenblad Magnolien Nachtigall Orchidea Pampelmuse Quittenhof Rosmarin "
                 "Schlehdorn Tamariske Ulmenhof Veilchen Wacholder Zypressen").split()
_TRADES = ("Logistics Bakery Engineering Timber Textiles Consulting Foods Optics Energy Print Robotics Travel Seeds "
           "Marine Ceramics Software").split()
_ASCII = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüñçłśżźćńąęßÁÉÍÓÚÑŻŁ", "aaaaaeeeeiiiiooooouuuunclszzcnaesAEIOUNZL")


def ascii_word(text):
    """What people make of a name in an address."""
    return "".join(c for c in text.translate(_ASCII).lower() if c.isalnum() and c.isascii())


def iban(rng, country):
    """An account number whose check digits are right (ISO 13616: mod 97)."""
    lengths = {"DE": 18, "FR": 23, "ES": 20, "BE": 12, "NL": 14, "IT": 23, "GB": 18, "PL": 24}
    code = country if country in lengths else "DE"
    bban = "".join(str(rng.randrange(10)) for _ in range(lengths[code]))
    if code in ("NL", "GB"):
        bban = "RVWX" + bban[4:]
    if code == "IT":
        bban = "K" + bban[1:]
    if code == "BE":
        base = int(bban[:10])
        bban = f"{base:010d}{(base % 97) or 97:02d}"
    number = int("".join(str(int(c, 36)) for c in bban + code + "00"))
    return f"{code}{98 - number % 97:02d}{bban}"


def vat(rng, country):
    """A VAT number that passes the national check, for the countries where that is a few lines."""
    if country == "BE":
        base = rng.randrange(1000000, 9999999)
        return f"BE0{base:07d}{97 - base % 97:02d}"
    if country == "FR":
        siren = rng.randrange(10000000, 99999999)
        digits = [int(d) for d in str(siren)]
        total = sum(d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits))
        siren = siren * 10 + (10 - total % 10) % 10
        return f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siren}"
    if country == "DE":
        digits = [rng.randrange(1, 10)] + [rng.randrange(10) for _ in range(7)]
        product = 10
        for digit in digits:
            total = (digit + product) % 10 or 10
            product = 2 * total % 11
        return "DE" + "".join(map(str, digits)) + str((11 - product) % 10)
    return None


class Person:
    __slots__ = ("country", "first", "last", "name", "email", "phone", "mobile", "street", "zip", "city", "common",
                 "company", "lang")

    def phone_e164(self):
        return "+" + "".join(c for c in self.phone if c.isdigit())


def _phone(rng, country):
    prefix, count = COUNTRIES[country][:2]
    digits = str(rng.randrange(2, 10)) + "".join(str(rng.randrange(10)) for _ in range(count - 1))
    shape = rng.randrange(4)
    if shape == 0:
        return f"+{prefix} {digits[:2]} {digits[2:5]} {digits[5:]}"
    if shape == 1:
        return f"+{prefix}{digits}"
    if shape == 2:
        return f"+{prefix} ({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"+{prefix} {digits[:3]} {digits[3:5]} {digits[5:7]} {digits[7:]}"


def _place(rng, target):
    data = COUNTRIES[target.country]
    city, code = rng.choice(data[6]).split(";")
    target.city, target.zip = city, code.replace("_", " ")
    target.street = rng.choice(data[7]).format(n=rng.randrange(1, 240), m=rng.randrange(1, 30),
                                               s=rng.choice(_STREET_WORDS))


class Company:
    __slots__ = ("country", "name", "email", "phone", "street", "zip", "city", "vat", "iban", "domain", "website")


def make_company(seed, number):
    rng = random.Random(f"{seed}/company/{number}")
    company = Company()
    company.country = rng.choice(CODES)
    data = COUNTRIES[company.country]
    stem = rng.choice(data[3]) + rng.choice(data[4])
    trade = rng.choice(_TRADES)
    company.name = f"{stem} {trade} {data[9]}"
    company.domain = f"{ascii_word(stem)}-{trade.lower()}{number}.{data[8]}"
    company.email = rng.choice(("info", "office", "contact", "billing")) + "@" + company.domain
    company.website = f"https://www.{company.domain}"
    company.phone = _phone(rng, company.country)
    _place(rng, company)
    company.vat = vat(rng, company.country)
    company.iban = iban(rng, company.country)
    return company


def make_person(seed, number, company=None):
    rng = random.Random(f"{seed}/person/{number}")
    person = Person()
    person.company = company
    person.country = company.country if company else rng.choice(CODES)
    data = COUNTRIES[person.country]
    person.first = rng.choice(data[2])
    person.common = rng.randrange(10) == 0
    if person.common:
        person.last = rng.choice(data[5]).replace("_", " ")
    else:
        person.last = rng.choice(data[3]) + rng.choice(data[4])
        if rng.randrange(12) == 0:
            person.last += "-" + rng.choice(data[3]) + rng.choice(data[4])
    person.name = f"{person.first} {person.last}"
    if rng.randrange(25) == 0:
        person.name = person.name.upper()
    domain = company.domain if company else f"{ascii_word(rng.choice(data[3]))}mail.{data[8]}"
    local = rng.choice(("{f}.{l}", "{f1}{l}", "{l}.{f1}{n}", "{f}_{l}{n}")).format(
        f=ascii_word(person.first), l=ascii_word(person.last), f1=ascii_word(person.first)[:1], n=number % 97)
    person.email = f"{local}.{number}@{domain}" if rng.randrange(2) else f"{local}{number}@{domain}"
    if rng.randrange(20) == 0:
        person.email = person.email[:1].upper() + person.email[1:]
    person.phone = _phone(rng, person.country)
    person.mobile = _phone(rng, person.country) if rng.randrange(2) else None
    _place(rng, person)
    person.lang = {"DE": "de_DE", "FR": "fr_FR", "ES": "es_ES", "IT": "it_IT", "NL": "nl_NL", "PL": "pl_PL",
                   "BE": "fr_BE", "GB": "en_GB"}.get(person.country, "en_US")
    return person
