"""Dịch vụ Việt: services to companies in Vietnam. Invoices go out at the month's end; Tết is quiet."""

from decimal import Decimal
from random import Random

from apps.demo.customers import make_customers
from apps.demo.identifiers import make_mst
from apps.demo.shapes import DemoCustomer, DemoProduct, Rhythm

# Work, lowest and highest price in thousands of đồng, tax rate, quantities.
_WORK: tuple[tuple[str, int, int, int, tuple[int, ...]], ...] = (
    ("Dịch vụ kế toán", 2_500, 9_000, 8, (1, 1, 1, 3)), ("Tư vấn thuế", 1_800, 7_500, 8, (1, 2)),
    ("Bảo trì hệ thống mạng", 3_000, 14_000, 10, (1, 1, 3)), ("Thuê máy chủ", 1_200, 8_800, 10, (1, 2, 4, 12)),
    ("Phần mềm hóa đơn điện tử", 900, 3_600, 10, (1, 2, 5)), ("Thiết kế trang web", 12_000, 65_000, 10, (1,)),
    ("Quảng cáo trực tuyến", 5_000, 45_000, 10, (1, 1, 2)), ("Dịch thuật tài liệu", 120, 380, 8, (10, 25, 40, 80)),
    ("Vệ sinh văn phòng", 1_500, 6_500, 8, (1, 1, 2, 4)), ("Bảo vệ tòa nhà", 9_000, 18_000, 8, (1, 2, 3, 6)),
    ("Vận chuyển nội thành", 250, 1_400, 8, (1, 3, 8, 20)), ("Cho thuê phòng họp", 400, 1_800, 10, (1, 2, 4)),
    ("Đào tạo kỹ năng", 2_200, 9_800, 8, (1, 5, 10)), ("Tuyển dụng nhân sự", 8_000, 30_000, 8, (1, 2)),
    ("In tài liệu quảng cáo", 35, 180, 8, (50, 100, 300, 500)), ("Tổ chức sự kiện", 15_000, 120_000, 8, (1,)),
    ("Kiểm định thiết bị", 700, 3_900, 8, (1, 2, 6)), ("Tư vấn pháp lý", 3_500, 16_000, 8, (1, 2, 4)),
)  # fmt: skip
_LEVELS = ("gói cơ bản", "gói tiêu chuẩn", "gói nâng cao", "theo giờ", "theo tháng", "theo quý", "trọn năm")
_FIRST = (
    "Hoàng", "Minh", "Thành", "Đại", "Phú", "An", "Việt", "Hưng", "Kim", "Ngọc", "Tân", "Trường", "Quang", "Bảo",
    "Đông", "Nam", "Thiên", "Vĩnh", "Hải", "Gia", "Phương", "Thái", "Lộc", "Sao", "Hồng", "Xuân", "Đức", "Cửu",
)  # fmt: skip
_SECOND = (
    "Long", "Phát", "Đạt", "Thịnh", "Cường", "Khang", "Hòa", "Sơn", "Phong", "Nguyên", "Lâm", "Thắng", "Tiến", "Dương",
    "Anh", "Phúc", "Vượng", "Mai", "Khôi", "Giang", "Hà", "Châu", "Quân", "Lợi", "Tín", "Bình", "Ân",
)  # fmt: skip
_TRADES = (
    "Thương mại và Dịch vụ", "Xây dựng", "Thực phẩm", "Dệt may", "Cơ khí", "Nội thất", "Xuất nhập khẩu", "Logistics",
    "Công nghệ", "Du lịch", "Giáo dục", "Dược phẩm", "Bất động sản", "Thủy sản", "Nông sản", "Bao bì", "Vật liệu",
)  # fmt: skip
_FORMS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "Doanh nghiệp tư nhân")
_ABROAD = {
    "JP": ("{a} Shoji K.K., Osaka", "{a} Sangyo Co., Ltd., Nagoya", "{a} Design, Tokyo"),
    "KR": ("{a} Trading Co., Ltd., Busan", "{a} Electronics, Seoul"),
    "SG": ("{a} Holdings Pte. Ltd.", "{a} Ventures Pte. Ltd.", "{a} Shipping Pte. Ltd."),
}
_FOREIGN = (
    "Aoyama", "Hanwoo", "Tanaka", "Kestrel", "Meridian", "Sakura", "Daehan", "Lotus", "Raffles", "Namsan", "Orchid",
    "Kitano", "Morita", "Pacific Star", "Blue Crane",
)  # fmt: skip
_PLACES = ("One", "Bay", "Gate", "East")


class VietServices:
    """Services by the month, the hour or the job, in đồng, which has no decimals."""

    slug = "viet-services"
    name = "Công ty TNHH Dịch vụ Việt"
    currency = "VND"
    country = "VN"
    time_zone = "Asia/Ho_Chi_Minh"
    locale = "vi-VN"
    database = "default"
    prefix = "DV"
    rhythm = Rhythm(
        months=(0.85, 0.55, 1.0, 1.05, 1.0, 1.05, 0.95, 1.0, 1.05, 1.05, 1.1, 1.35),
        weekdays=(1.1, 1.1, 1.1, 1.05, 1.15, 0.4, 0.03),
        month_end=2.6,
        growth=0.35,
    )
    lines_per_document: tuple[int, ...] = (1, 1, 1, 1, 2, 2, 3)
    void_reasons: tuple[str, ...] = ("Sai khách hàng", "Khách hủy dịch vụ", "Sai đơn giá")
    duplicate_reason = "Nhập trùng"
    credit_notes: tuple[str, ...] = (
        "Giảm giá do chậm tiến độ",
        "Hủy một phần dịch vụ",
        "Điều chỉnh khối lượng",
    )
    price_step = Decimal(1000)
    inflation = Decimal("0.04")

    def customers(self, rng: Random) -> list[DemoCustomer]:
        """Return companies at home and some clients abroad."""
        return make_customers(
            rng=rng,
            count=520,
            prefix="KH",
            name=_company_name,
            countries=(("VN", 0.93), ("JP", 0.03), ("KR", 0.02), ("SG", 0.02)),
            tax_id=lambda chance, country: make_mst(chance) if country == "VN" else "",
            terms=(7, 15, 30, 30, 45),
            mailbox="ketoan",
        )

    def products(self, rng: Random) -> list[DemoProduct]:
        """Return kinds of work by level."""
        made: dict[str, DemoProduct] = {}
        for work, low, high, rate, quantities in _WORK:
            for level in rng.sample(_LEVELS, 5):
                rank = len(made) + 1
                price = Decimal(round(rng.uniform(low, high) / 10) * 10_000 or 10_000)
                name = f"{work}, {level}"
                made[name] = DemoProduct(
                    f"DV{rank:03d}", name, price, Decimal(rate), quantities, rng.uniform(0.2, 2)
                )
        return list(made.values())


def _company_name(rng: Random, country: str) -> str:
    if country != "VN":
        return rng.choice(_ABROAD[country]).format(a=f"{rng.choice(_FOREIGN)} {rng.choice(_PLACES)}")
    own = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
    return f"{rng.choice(_FORMS)} {rng.choice(_TRADES)} {own}"
