"""Harbour Gifts: a wholesaler of gifts in the United Kingdom. Christmas makes the year."""

from decimal import Decimal
from random import Random

from apps.demo.customers import make_customers
from apps.demo.identifiers import make_gb_vat
from apps.demo.shapes import DemoCustomer, DemoProduct, Rhythm

_LOOKS = (
    "White", "Cream", "Sage Green", "Navy", "Blush Pink", "Mustard", "Slate Grey", "Antique Brass", "Rustic Oak",
    "Driftwood", "Copper", "Hammered Tin", "Frosted Glass", "Stoneware", "Enamel", "Woven Seagrass", "Linen",
    "Recycled Wool", "Smoked Glass", "Duck Egg", "Terracotta", "Ivory Lace", "Bamboo", "Marble Effect", "Felt",
)  # fmt: skip
_MOTIFS = (
    "Heart", "Robin", "Hare", "Bumble Bee", "Lighthouse", "Seagull", "Anchor", "Wild Meadow", "Fern", "Lavender",
    "Highland Stag", "Fishing Boat", "Starfish", "Tartan", "Botanical", "Union Jack", "Vintage Rose", "Sleepy Fox",
    "Puffin", "Beach Hut", "Oak Leaf", "Woodland", "Snowflake", "Poppy",
)  # fmt: skip
# What, lowest and highest price, in which packs it is sold.
_ITEMS: tuple[tuple[str, float, float, tuple[int, ...]], ...] = (
    ("Mug", 2.4, 4.9, (6, 12, 24)), ("Tea Towel", 1.9, 3.8, (6, 12, 24)), ("Scented Candle", 3.2, 8.5, (6, 12)),
    ("Photo Frame", 2.9, 9.5, (4, 6, 12)), ("Hanging Decoration", 0.8, 2.4, (12, 24, 48)),
    ("Greeting Card", 0.55, 1.2, (6, 12, 48)), ("Cushion", 6.5, 14.0, (2, 4, 6)), ("Doorstop", 5.2, 9.9, (2, 4)),
    ("Trinket Dish", 1.8, 4.2, (6, 12)), ("Storage Tin", 2.2, 5.9, (6, 12)), ("Lunch Bag", 1.6, 3.1, (10, 20)),
    ("Jute Shopper", 1.9, 3.6, (10, 25)), ("Wall Clock", 8.9, 24.0, (1, 2, 4)), ("Lantern", 4.5, 16.0, (2, 4, 6)),
    ("Notebook", 1.4, 3.9, (6, 12)), ("Apron", 5.4, 9.8, (3, 6)), ("Coaster Set", 2.6, 5.2, (6, 12)),
    ("Plant Pot", 2.1, 11.0, (3, 6, 12)), ("Bird Feeder", 3.8, 9.4, (4, 6)), ("Key Holder", 3.1, 7.2, (4, 6)),
    ("Gift Wrap Roll", 0.9, 1.9, (12, 25, 50)), ("Soap Bar", 1.1, 2.8, (12, 24)), ("Throw", 11.0, 26.0, (2, 4)),
    ("Egg Cup", 1.2, 2.6, (6, 12)), ("Bottle Stopper", 1.7, 3.9, (6, 12)), ("Bunting", 2.4, 5.6, (6, 12)),
)  # fmt: skip
_SURNAMES = (
    "Ashworth", "Pemberton", "Fairclough", "Trelawney", "Penrose", "Hargreaves", "Whitcombe", "Llewellyn", "Buchanan",
    "MacLeod", "Okafor", "Chaudhry", "Kowalski", "Thistlewood", "Bellamy", "Carmichael", "Dunmore", "Ellingham",
    "Farnsworth", "Gillespie", "Holloway", "Iveson", "Jessop", "Kinnaird", "Lockwood", "Merriweather", "Nettleton",
    "Ormerod", "Prideaux", "Quigley", "Rushworth", "Sowerby", "Tregenza", "Underhill", "Venables", "Wetherby",
)  # fmt: skip
_TOWNS = (
    "Whitby", "St Ives", "Southwold", "Padstow", "Ludlow", "Hay-on-Wye", "Keswick", "Tenby", "Oban", "Tobermory",
    "Rye", "Deal", "Broadstairs", "Aldeburgh", "Cromer", "Hexham", "Ilkley", "Harrogate", "Stamford", "Tetbury",
    "Totnes", "Salcombe", "Lyme Regis", "Conwy", "Portmeirion", "Kirkcudbright", "Pitlochry", "Bakewell", "Malton",
    "Holt", "Frome", "Hebden Bridge", "Saltaire", "Bangor", "Newcastle", "Cardigan",
)  # fmt: skip
_PLACES = (
    "Gift Shop", "Trading Co.", "Emporium", "Cards & Gifts", "Interiors", "Garden Centre", "Farm Shop", "Gallery",
    "Country Store", "Homeware", "Bazaar", "Craft House", "Post Office Stores", "Visitor Centre", "Tea Rooms",
)  # fmt: skip
_THINGS = (
    "Copper Kettle", "Blue Door", "Lucky Sixpence", "Paper Boat", "Old Bakehouse", "Sea Pink", "Crooked Chimney",
    "Painted Hare", "Little Acorn", "Rose & Thimble", "Salted Rope", "Tin Roof", "Wren's Nest", "Silver Birch",
    "Button Box", "Merry Harriers", "Fox & Fern", "Harbour Light", "Secret Garden", "Wooden Spoon",
)  # fmt: skip
_ABROAD = {
    "IE": (
        "Siopa {s}",
        "{s} Giftware, Galway",
        "{s} & Sons, Cork",
        "The {t}, Dublin",
        "{t} Crafts, Kilkenny",
    ),
    "FR": ("Maison {s}", "Boutique {t}, Lyon", "Cadeaux {s}, Rennes", "{t} & Compagnie, Lille"),
    "DE": ("{s} Geschenke GmbH", "{t} Wohnaccessoires, Bremen", "{s} & Söhne Präsente, Lübeck"),
    "NL": ("{s} Cadeaus B.V.", "{t} Woonwinkel, Utrecht", "De {t}, Haarlem"),
    "NO": ("{s} Gaver AS", "{t} Interiør, Bergen", "{s} & Dahl, Trondheim"),
}


class HarbourGifts:
    """Gifts to shops, mostly in the United Kingdom, by the dozen."""

    slug = "harbour-gifts"
    name = "Harbour Gifts Ltd"
    currency = "GBP"
    country = "GB"
    time_zone = "Europe/London"
    locale = "en-GB"
    database = "default"
    prefix = "HG"
    rhythm = Rhythm(
        months=(0.62, 0.70, 0.82, 0.85, 0.90, 0.92, 0.95, 1.05, 1.35, 1.60, 1.75, 0.95),
        weekdays=(1.15, 1.2, 1.1, 1.15, 0.95, 0.08, 0.25),
        month_end=1.1,
        growth=0.18,
    )
    lines_per_document: tuple[int, ...] = (1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12)
    void_reasons: tuple[str, ...] = (
        "Wrong customer",
        "Order cancelled before dispatch",
        "Wrong price list used",
    )
    duplicate_reason = "Entered twice"
    credit_notes: tuple[str, ...] = (
        "Damaged in transit",
        "Short delivery",
        "Returned unsold stock",
        "Wrong colour sent",
    )
    price_step = Decimal("0.01")
    inflation = Decimal("0.03")

    def customers(self, rng: Random) -> list[DemoCustomer]:
        """Return shops at home and in nearby countries."""
        return make_customers(
            rng=rng,
            count=900,
            prefix="C",
            name=_shop_name,
            countries=(("GB", 0.84), ("IE", 0.06), ("FR", 0.03), ("DE", 0.03), ("NL", 0.02), ("NO", 0.02)),
            tax_id=lambda chance, country: make_gb_vat(chance) if country == "GB" else "",
            terms=(14, 30, 30, 30, 45, 60),
            mailbox="accounts",
        )

    def products(self, rng: Random) -> list[DemoProduct]:
        """Return looks and motifs on everyday things."""
        made: dict[str, DemoProduct] = {}
        while len(made) < 640:
            item, low, high, packs = rng.choice(_ITEMS)
            name = f"{rng.choice(_LOOKS)} {rng.choice(_MOTIFS)} {item}"
            if name not in made:
                rank = len(made) + 1
                price = Decimal(str(round(rng.uniform(low, high), 1))) - Decimal("0.05")
                made[name] = DemoProduct(
                    f"HG-{10_000 + rank * 7}", name, price, Decimal(20), packs, rank**-0.7
                )
        return list(made.values())


def _shop_name(rng: Random, country: str) -> str:
    surname, thing, town = rng.choice(_SURNAMES), rng.choice(_THINGS), rng.choice(_TOWNS)
    if country != "GB":
        return rng.choice(_ABROAD[country]).format(s=surname, t=thing)
    patterns = (
        f"{surname} & {rng.choice(_SURNAMES)} {rng.choice(_PLACES)}",
        f"The {thing}, {town}",
        f"{surname}'s {rng.choice(_PLACES)}",
        f"{town} {rng.choice(_PLACES)}",
        f"{thing} {rng.choice(_PLACES)} Ltd",
    )
    return rng.choice(patterns)
