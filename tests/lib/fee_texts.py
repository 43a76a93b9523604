"""Fee tables printed as they are published, for tests: headings, tabs, dot leaders, footnote signs."""

from pathlib import Path

from fordel_dask.fees.headings import BASIC, DUTY, DUTY_OF_A_KIND

INVENTED = Path(__file__).parents[1] / "fixtures" / "fees" / "honorartabel.txt"
PLACES = {
    ("dagtid", "basis", ""): "Basishonorar",
    ("dagtid", "grundydelse", ""): "§ 50 Grundydelser",
    ("dagtid", "kroniker", "uden_for_laegedaekningstruet"): "Kronikerprogram udenfor landsdækkende områder",
    ("dagtid", "kroniker", "i_laegedaekningstruet"): "Kronikerprogram i landsdækkende områder",
    ("dagtid", "tidsforbrugstillaeg", ""): "Tidsforbrugstillæg",
    ("dagtid", "koersel", ""): "§ 61 Kørselsgodtgørelse",
    ("dagtid", "tillaeg", ""): "Tillægsydeler",
    ("dagtid", "lab", ""): "Laboratorieundersøgelser",
    ("dagtid", "attest", ""): "Attester",
    ("dagtid", "tillaeg_ikke_tilmeldt", ""): "Tillæg ved behandling af personer, der ikke er tilmeldt en læge",
    ("vagttid_A", "grundydelse", ""): "A-vagt",
    ("vagttid_B", "grundydelse", ""): "B-vagt",
    ("vagttid_faelles", "koersel", ""): "Kørselsgodtgørelse (for alle kørte km)",
    ("vagttid_faelles", "tillaeg", ""): "Tillægsydeler",
    ("vagttid_faelles", "lab", ""): "Laboratorieundersøgelser",
    ("vagttid_faelles", "attest", ""): "Attester",
    ("profylakse", "graviditet", ""): "Helbredsundersøgelse af gravide efter § 3",
    ("profylakse", "graviditet_tillaeg", ""): "Tillægsydelser og laboratorieundersøgelser ud over de i § 3 inkluderede",
    ("profylakse", "boerneundersoegelse", ""): "Børneundersøgelser",
    ("profylakse", "vaccination", ""): "Vaccinationer til børn og unge",
    ("profylakse", "vaccination_tillaeg", ""): "Tillæg til vaccinationshonorar⁵",
}
"""What stands above the fees of a section, group and area, in the order of the published table."""

UNITS = {
    "pr. ydelse": "",
    "pr. km": ", pr. km",
    "pr. time": " pr. time",
    "pr. påbegyndt 10 min": " pr. påbegyndt modul af 10 min",
    "pr. påbegyndt halve time": " pr. påbegyndt halve time",
    "pr. patient pr. måned": ", pr. måned pr. patient",
}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TITLES = {"dagtid": "DAGTID", "vagttid": "VAGTTID", "profylakse": "Profylakseaftalen"}
PAGE = ["HONORARTABEL", "", "{title}", "", "Overenskomst om almen praksis", "", "1. januar 2031 til 1. juli 2031", ""]


def amount(oere):
    """Print øre as 1.563,31."""
    return f"{oere // 100:,}".replace(",", ".") + f",{oere % 100:02}"


def with_unit(words, unit):
    """Give the text of a fee whose words tell its unit."""
    return words + UNITS[unit]


def signs(footnotes, pattern):
    """Print the signs of footnotes as superscripts, or as ^{4,5}."""
    if not footnotes:
        return ""
    return pattern.format(footnotes) if "{" in pattern else "".join(f" {one}" for one in superscripts(footnotes))


def superscripts(footnotes):
    return [one.translate(SUPERSCRIPTS) for one in footnotes.split(",")]


def lines_of(fees, between="\t", leaders="", sign="^{{{}}}"):
    """Print fees, in the order of PLACES, as the lines of a published text; ``between`` code, text and amount."""
    told, title, place = [], "", None
    for fee in fees:
        begun = fee.section.split("_")[0]
        if begun != title:
            title = begun
            told += [line.format(title=TITLES[begun]) for line in PAGE]
        if (fee.section, fee.group, fee.area) != place:
            place = (fee.section, fee.group, fee.area)
            told += ["", "Januarr 31", "honorar", *heading_of(place)]
        told.append(f"{fee.code}{between}{fee.text}{signs(fee.footnotes, sign)}{leaders}\t{amount(fee.amount_oere)}")
    return told


def heading_of(place):
    section, group, _ = place
    assert section not in DUTY_OF_A_KIND or group == BASIC
    before = ["A-vagt"] if section == DUTY else []
    return [*before, PLACES[place]]
