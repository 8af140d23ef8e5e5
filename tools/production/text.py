"""Free text as it is found in an Odoo chatter: HTML of e-mails, notes and notifications, with people in it.

People are spelled as people spell people: first name alone, "Last, First", a no-break space between the names,
phones and accounts in several notations, mailto links, signatures, quoted replies, bold parts of a name.
"""
import html
import re

_NEUTRAL = [
    "Please find attached the updated quotation for the second delivery of this quarter.",
    "The forklift at the north gate is blocked again, so unloading starts one hour later than planned.",
    "We agreed on a discount of 4 % if the order is confirmed before the end of the month.",
    "Stock of the blue variant is down to 17 pieces; the supplier promised 200 more for week 32.",
    "Could you check whether the invoice was booked on the right analytic account?",
    "The customer prefers delivery before 9:30, the ramp is too narrow for the large truck.",
    "Tolerance is 0.05 mm, surface as on drawing 4711-C, packing in boxes of 25.",
    "I moved the deadline because two parts failed the final inspection.",
    "Nothing else changed since the last version; only the footer has a new colour.",
    "The server was restarted at 14:05 and the queue is empty again.",
    "Payment terms stay at 30 days net, 2 % within 8 days.",
    "This is the third reminder for order lines without a delivery date.",
    "Translation of the product sheet into Spanish is done, the photos are still missing.",
    "Return shipment was registered under RMA, replacement goes out with the next collection.",
]
_PERSONAL = [
    "I spoke with {full} this morning; the callback number is {phone}.",
    "Dear {title} {last}, thank you for your order and your patience with us.",
    "{rev} asked to be taken off the list, the address is {email}.",
    "Please write to <a href=\"mailto:{email}\">{full_nbsp}</a> for the details.",
    "Hello {first}, as discussed with {title} {last} the goods go to {street}, {zip} {city}.",
    "Refund goes to {iban_spaced} in the name of {full}.",
    "{title} {last} was not in the office, {first} will try again tomorrow.",
    "Contact at the site: <b>{first}</b> <b>{last}</b>, tel. {phone_dots}.",
    "The complaint of {full_upper} concerns delivery to {street} in {city}.",
    "On behalf of {company}, {full} confirmed the date ({email_upper}).",
    "Kontoverbindung: {iban}, Inhaber {rev}, Rückfragen an {phone_plain}.",
]
# Of somebody who is in no column: only the form tells what it is.
_STRANGER = ("<p>Their new contact is {email}, phone {phone}; payments now go to {iban_spaced}.</p>",
             "<p>Their new contact is {email}, phone {phone}; payments now go to {iban} in the same name.</p>")
_TITLES = {"DE": ("Herr", "Frau"), "FR": ("Monsieur", "Madame"), "ES": ("Sr.", "Sra."), "IT": ("Sig.", "Sig.ra")}


def spelled(person, account, rng):
    """The ways to write one person, for format()."""
    esc = html.escape
    digits = "".join(c for c in person.phone if c.isdigit())
    return {
        "full": esc(person.name), "first": esc(person.first), "last": esc(person.last),
        "rev": esc(f"{person.last}, {person.first}"), "full_upper": esc(person.name.upper()),
        "full_nbsp": esc(person.first) + rng.choice(("&nbsp;", "\u00a0", "&#160;")) + esc(person.last),
        "title": rng.choice(_TITLES.get(person.country, ("Mr.", "Mrs."))),
        "email": person.email, "email_upper": person.email.upper(),
        "phone": person.phone, "phone_plain": "00" + digits,
        "phone_dots": "+" + ".".join((digits[:2], digits[2:5], digits[5:8], digits[8:])),
        "street": esc(person.street), "zip": person.zip, "city": person.city,
        "company": esc(person.company.name if person.company else person.name),
        "iban": account, "iban_spaced": " ".join(account[i:i + 4] for i in range(0, len(account), 4)),
    }


def _signature(ways, rng):
    if rng.randrange(2):
        return (f"<p>Best regards,<br/>{ways['full']}<br/>{ways['company']}<br/>{ways['street']}, {ways['zip']} "
                f"{ways['city']}<br/>Tel. {ways['phone']}<br/><a href=\"mailto:{ways['email']}\">{ways['email']}</a></p>")
    return f"<p>--<br/>{ways['full_nbsp']}<br/>{ways['email']} | {ways['phone_plain']}</p>"


def paragraph(ways, rng, sentences):
    parts = []
    for _ in range(sentences):
        if ways and rng.random() < 0.3:
            parts.append(rng.choice(_PERSONAL).format(**ways))
        else:
            parts.append(rng.choice(_NEUTRAL))
    return "<p>" + " ".join(parts) + "</p>"


def body(person, other, account, rng, stranger=None):
    """One message; about a quarter are short notes, a quarter long threads. `stranger`: (person, account)."""
    if stranger:
        return body(person, other, account, rng) + rng.choice(_STRANGER).format(**spelled(*stranger, rng))
    ways = spelled(person, account, rng)
    kind = rng.random()
    if kind < 0.20:
        return "<p>" + rng.choice(("Order confirmed", "Quotation sent", "Stage changed", "Invoice validated",
                                   "Done", "Document created")) + "</p>"
    if kind < 0.35:
        return paragraph(None, rng, 3)
    parts = []
    if kind > 0.5:
        parts.append('<div style="margin:0px;padding:0px;font-size:13px">')
    parts.append(f"<p>Hello {ways['first']},</p>")
    for _ in range(rng.randrange(1, 5)):
        parts.append(paragraph(ways, rng, rng.randrange(2, 6)))
    if kind > 0.8:
        ways_other = spelled(other, account, rng)
        parts.append(f"<blockquote data-o-mail-quote=\"1\"><p>On Mon, {ways_other['full']} &lt;"
                     f"{ways_other['email']}&gt; wrote:</p>")
        for _ in range(rng.randrange(2, 7)):
            parts.append(paragraph(ways_other, rng, rng.randrange(2, 6)))
        parts.append("</blockquote>")
    parts.append(_signature(ways, rng))
    if kind > 0.5:
        parts.append("</div>")
    return "".join(parts)


def plain(person, account, rng, sentences=3):
    """Plain text: what html's tags and entities hide elsewhere stands in the open."""
    ways = spelled(person, account, rng)
    ways["full_nbsp"] = person.name
    ways["rev"] = f"{person.last}, {person.first}"
    lines = [rng.choice(_NEUTRAL) for _ in range(sentences)]
    lines.insert(rng.randrange(len(lines) + 1), f"Contact {ways['rev']}, {person.phone}, {person.email}")
    return "\n".join(lines)


def vocabulary():
    """Every word that the templates bring in: what is no personal data by itself."""
    shorts = ("Order confirmed", "Quotation sent", "Stage changed", "Invoice validated", "Done", "Document created")
    frame = ("Hello", "On Mon wrote", "Best regards", "Tel")
    titles = [t for pair in _TITLES.values() for t in pair] + ["Mr.", "Mrs."]
    templates = [re.sub(r"<[^>]*>|\{\w+\}", " ", t) for t in (*_NEUTRAL, *_PERSONAL, *_STRANGER)]
    return set(re.findall(r"\w+", " ".join((*templates, *shorts, *frame, *titles)).casefold()))
