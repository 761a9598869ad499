"""From whom a demo business buys: its suppliers, what they charge for, and how often."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DemoSupplier:
    """A supplier. `goods` says whether purchase orders and receipts come first; else bills come by themselves."""

    code: str
    name: str
    country_code: str
    goods: bool
    net_days: int
    charges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trade:
    """The buying side of a business over the period. Amounts are in major units of its currency."""

    suppliers: tuple[DemoSupplier, ...]
    tax_rate: Decimal
    orders: int
    overheads: int
    typical: Decimal
    approve_from: Decimal
    second_from: Decimal


def _goods(prefix: str, country: str, *names: str, days: int = 30) -> tuple[DemoSupplier, ...]:
    return tuple(
        DemoSupplier(f"{prefix}{n:02}", name, country, goods=True, net_days=days)
        for n, name in enumerate(names, start=1)
    )


def _services(prefix: str, country: str, *named: tuple[str, tuple[str, ...]]) -> tuple[DemoSupplier, ...]:
    return tuple(
        DemoSupplier(f"{prefix}{n:02}", name, country, goods=False, net_days=14, charges=charges)
        for n, (name, charges) in enumerate(named, start=50)
    )


TRADES = {
    "harbour-gifts": Trade(
        suppliers=(
            *_goods("S", "GB", "Staffordshire Potteries Ltd", "Cornish Candle Works", "Pennine Textiles Ltd",
                    "Clyde Tinware", "Welsh Slate & Craft", "Norfolk Reed Weavers", "Black Country Brass",
                    "Lakeland Paper Mill", "Severn Soap Company", "Isle of Man Glass"),
            *_services("S", "GB", ("Humber Freight Ltd", ("Carriage to customers", "Pallet delivery")),
                       ("Quayside Property", ("Warehouse rent",)), ("Northern Power & Gas", ("Electricity",)),
                       ("Ledger & Quill LLP", ("Accountancy services",)),
                       ("Bright Broadband", ("Telephone and internet",))),
        ),
        tax_rate=Decimal(20), orders=180, overheads=90, typical=Decimal(900), approve_from=Decimal(1500),
        second_from=Decimal(6000),
    ),
    "sao-remedios": Trade(
        suppliers=(
            *_goods("F", "BR", "Laboratório Aurora S.A.", "Farmoquímica Paulista Ltda", "Biogênica do Brasil S.A.",
                    "Indústria Santa Rita", "Genéricos Nacionais S.A.", "Vacinas Atlântico Ltda", "Soro & Cia",
                    "Hospitalar Minas Ltda", "Química Serra Azul", "Embalagens Farma Ltda", days=28),
            *_services("F", "BR", ("Transportes Rápidos Tietê", ("Frete refrigerado", "Frete rodoviário")),
                       ("Imóveis Paulista", ("Aluguel do armazém",)), ("Energia Leste", ("Energia elétrica",)),
                       ("Contábil Moura", ("Serviços contábeis",)), ("Segurança Forte", ("Vigilância",))),
        ),
        tax_rate=Decimal(12), orders=200, overheads=90, typical=Decimal(14000), approve_from=Decimal(20000),
        second_from=Decimal(90000),
    ),
    "viet-services": Trade(
        suppliers=(
            *_goods("N", "VN", "Công ty Thiết bị Sông Hồng", "Máy tính Thăng Long", "Văn phòng phẩm Hồ Gươm", days=30),
            *_services("N", "VN", ("Đám mây Việt", ("Cloud servers", "Storage")), ("Tòa nhà Kim Mã", ("Office rent",)),
                       ("Điện lực Ba Đình", ("Electricity",)), ("Luật Minh Khai", ("Legal services",)),
                       ("Phần mềm Sao Mai", ("Software licences",)), ("Du lịch Hoàn Kiếm", ("Travel",))),
        ),
        tax_rate=Decimal(8), orders=40, overheads=150, typical=Decimal(18_000_000), approve_from=Decimal(30_000_000),
        second_from=Decimal(120_000_000),
    ),
}  # fmt: skip
