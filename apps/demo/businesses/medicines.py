"""São Remédios: a distributor of medicines in Brazil. Winter, from May to August, brings the colds."""

from decimal import Decimal
from random import Random

from apps.demo.customers import make_customers
from apps.demo.identifiers import make_cnpj
from apps.demo.shapes import DemoCustomer, DemoProduct, Rhythm

# Substance, strengths, lowest and highest price of a small pack. Generics carry the lower rate.
_SUBSTANCES: tuple[tuple[str, tuple[str, ...], float, float], ...] = (
    ("Dipirona sódica", ("500 mg", "1 g"), 4.9, 12.0), ("Paracetamol", ("500 mg", "750 mg"), 5.5, 14.0),
    ("Ibuprofeno", ("400 mg", "600 mg"), 8.9, 21.0), ("Amoxicilina", ("500 mg", "875 mg"), 18.0, 46.0),
    ("Azitromicina", ("500 mg",), 15.0, 38.0), ("Losartana potássica", ("50 mg", "100 mg"), 7.9, 24.0),
    ("Atenolol", ("25 mg", "50 mg"), 6.2, 15.0), ("Metformina", ("500 mg", "850 mg"), 7.5, 19.0),
    ("Omeprazol", ("20 mg", "40 mg"), 9.8, 27.0), ("Sinvastatina", ("20 mg", "40 mg"), 11.0, 32.0),
    ("Loratadina", ("10 mg",), 7.0, 18.0), ("Prednisona", ("5 mg", "20 mg"), 8.0, 20.0),
    ("Cetoconazol", ("200 mg",), 9.0, 22.0), ("Fluconazol", ("150 mg",), 6.9, 17.0),
    ("Sertralina", ("50 mg", "100 mg"), 24.0, 68.0), ("Escitalopram", ("10 mg", "20 mg"), 32.0, 89.0),
    ("Levotiroxina", ("25 mcg", "50 mcg", "100 mcg"), 12.0, 29.0), ("Enalapril", ("10 mg", "20 mg"), 7.5, 18.0),
    ("Hidroclorotiazida", ("25 mg",), 4.2, 9.8), ("Anlodipino", ("5 mg", "10 mg"), 8.5, 22.0),
    ("Captopril", ("25 mg", "50 mg"), 5.4, 13.0), ("Cefalexina", ("500 mg",), 16.0, 39.0),
    ("Ciprofloxacino", ("500 mg",), 14.0, 33.0), ("Clonazepam", ("0,5 mg", "2 mg"), 9.0, 23.0),
    ("Diclofenaco sódico", ("50 mg",), 6.0, 14.0), ("Nimesulida", ("100 mg",), 5.9, 15.0),
    ("Pantoprazol", ("20 mg", "40 mg"), 18.0, 52.0), ("Rosuvastatina", ("10 mg", "20 mg"), 29.0, 84.0),
    ("Salbutamol", ("100 mcg",), 19.0, 36.0), ("Budesonida", ("32 mcg", "64 mcg"), 28.0, 61.0),
    ("Insulina NPH", ("100 UI/ml",), 42.0, 98.0), ("Vitamina D", ("2.000 UI", "7.000 UI"), 22.0, 58.0),
    ("Ácido fólico", ("5 mg",), 5.0, 11.0), ("Sulfato ferroso", ("40 mg",), 6.5, 15.0),
    ("Soro fisiológico", ("0,9%",), 3.9, 9.5), ("Tramadol", ("50 mg",), 21.0, 47.0),
)  # fmt: skip
_FORMS = ("10 comprimidos", "20 comprimidos", "28 comprimidos", "30 comprimidos", "60 comprimidos")
_OWN_FORMS = {
    "Salbutamol": ("aerossol 200 doses",),
    "Budesonida": ("spray nasal 120 doses",),
    "Insulina NPH": ("frasco 10 ml", "5 canetas 3 ml"),
    "Soro fisiológico": ("frasco 250 ml", "frasco 500 ml", "frasco 1 l"),
    "Sulfato ferroso": ("xarope 100 ml", "30 comprimidos"),
    "Amoxicilina": ("14 cápsulas", "21 cápsulas", "suspensão oral 150 ml"),
    "Omeprazol": ("14 cápsulas", "28 cápsulas", "56 cápsulas"),
}
_MAKERS = ("Genérico", "Genérico", "Aurora Farma", "Laboratório Ipê", "Biofarma Sul", "Cruzeiro", "Vita Nova")
_SAINTS = (
    "São José", "Santa Rita", "Nossa Senhora Aparecida", "São Sebastião", "Santo Antônio", "Santa Luzia", "São Bento",
    "Nossa Senhora da Conceição", "São Judas Tadeu", "Santa Terezinha", "São Lucas", "Bom Jesus", "Santa Clara",
    "São Camilo", "São Francisco", "Santa Mônica", "São Vicente de Paulo", "Nossa Senhora das Graças",
)  # fmt: skip
_CITIES = (
    "Araraquara", "Ribeirão Preto", "São Carlos", "Jundiaí", "Piracicaba", "Uberlândia", "Poços de Caldas", "Londrina",
    "Maringá", "Joinville", "Florianópolis", "Goiânia", "Anápolis", "Feira de Santana", "Vitória", "Niterói", "Taubaté",
    "São José dos Campos", "Bauru", "Marília", "Avaré", "Itapetininga", "Guarujá", "Caxias do Sul", "Chapecó", "Cuiabá",
)  # fmt: skip
_SURNAMES = (
    "Araújo", "Gonçalves", "Conceição", "Magalhães", "Assunção", "Brandão", "Guimarães", "Patrício", "Simões",
    "Tavares", "Yamamoto", "Benedetti", "Schröder", "Nakamura", "Falcão", "Leitão", "Quintão", "Vilhena", "Muniz",
    "Sampaio", "Bragança", "Prudêncio", "Antunes", "Galvão", "Paixão", "Romão",
)  # fmt: skip
_TREES = (
    "Ipê Amarelo",
    "Jacarandá",
    "Araucária",
    "Pau-Brasil",
    "Jatobá",
    "Manacá",
    "Aroeira",
    "Buriti",
    "Açaí",
)


class SaoRemedios:
    """Medicines to pharmacies, clinics and hospitals; its books lie in a database of their own."""

    slug = "sao-remedios"
    name = "São Remédios Distribuidora Ltda."
    currency = "BRL"
    country = "BR"
    time_zone = "America/Sao_Paulo"
    locale = "pt-BR"
    database = "sao"
    prefix = "SR"
    rhythm = Rhythm(
        months=(0.88, 0.86, 0.98, 1.02, 1.15, 1.22, 1.25, 1.15, 1.0, 0.95, 0.92, 0.90),
        weekdays=(1.25, 1.15, 1.1, 1.1, 1.05, 0.45, 0.02),
        month_end=1.15,
        growth=0.09,
    )
    lines_per_document: tuple[int, ...] = (1, 2, 3, 3, 4, 4, 5, 6, 8)
    void_reasons: tuple[str, ...] = (
        "Cliente errado",
        "Pedido cancelado antes do envio",
        "Tabela de preços errada",
    )
    duplicate_reason = "Lançada em duplicidade"
    credit_notes: tuple[str, ...] = (
        "Avaria no transporte",
        "Devolução por validade curta",
        "Quantidade menor que a pedida",
    )
    price_step = Decimal("0.01")
    inflation = Decimal("0.05")

    def customers(self, rng: Random) -> list[DemoCustomer]:
        """Return pharmacies, clinics and hospitals, a few across the border."""
        return make_customers(
            rng=rng,
            count=780,
            prefix="F",
            name=_pharmacy_name,
            countries=(("BR", 0.96), ("PY", 0.02), ("UY", 0.02)),
            tax_id=lambda chance, country: make_cnpj(chance) if country == "BR" else "",
            terms=(28, 28, 30, 35, 42, 56),
            mailbox="financeiro",
        )

    def products(self, rng: Random) -> list[DemoProduct]:
        """Return substances by strength, form and maker."""
        made: dict[str, DemoProduct] = {}
        while len(made) < 420:
            substance, strengths, low, high = rng.choice(_SUBSTANCES)
            maker = rng.choice(_MAKERS)
            name = f"{substance} {rng.choice(strengths)}, {rng.choice(_OWN_FORMS.get(substance, _FORMS))} ({maker})"
            if name in made:
                continue
            rank = len(made) + 1
            rate = Decimal(12) if maker == "Genérico" else Decimal(18)
            price = Decimal(str(round(rng.uniform(low, high), 2)))
            packs = (5, 10, 20, 30, 50, 100) if low < 20 else (2, 5, 10, 20)
            made[name] = DemoProduct(f"789{4_000_000 + rank * 13}", name, price, rate, packs, rank**-0.6)
        return list(made.values())


def _pharmacy_name(rng: Random, country: str) -> str:
    saint, city, surname, tree = (rng.choice(words) for words in (_SAINTS, _CITIES, _SURNAMES, _TREES))
    if country == "PY":
        return f"Farmacia {saint.replace('São', 'San').replace('Santo', 'San')} de {surname}, Asunción"
    if country == "UY":
        return f"Droguería {surname} y Cía., Montevideo"
    patterns = (
        f"Drogaria {saint} de {city} Ltda.",
        f"Farmácia {surname} & {rng.choice(_SURNAMES)} Ltda.",
        f"Drogaria {tree} {city}",
        f"Hospital {saint} de {city}",
        f"Clínica {surname}, {city}",
        f"Rede {tree} Farmácias S.A. {city}",
        f"Farmácia Popular {city} {surname}",
    )
    return rng.choice(patterns)
