"""The words on paper, in the tenant's language; other languages get English words and their own formats."""

from typing import Final

_EN: Final = {
    "invoice": "Invoice", "credit_note": "Credit note", "from": "From", "to": "Bill to", "number": "Number",
    "issued": "Issued", "due": "Due", "delivered": "Delivered", "period": "Period",
    "buyer_reference": "Your reference", "order": "Order", "sales_order": "Our order", "contract": "Contract",
    "project": "Project", "credits": "For invoice", "position": "#", "item": "Item", "quantity": "Quantity",
    "price": "Price", "tax": "Tax", "amount": "Amount", "sum": "Sum of lines", "net": "Total without tax",
    "tax_on": "{tax} on {base}", "gross": "Total with tax", "prepaid": "Paid", "rounding": "Rounding",
    "amount_due": "Amount due", "amount_credited": "Amount credited", "terms": "Terms", "pay": "How to pay",
    "account": "Account", "reference": "Reference", "page": "Page", "tax_number": "Tax id",
    "legal_number": "Registration", "no_tax": "No tax", "delivered_to": "Delivered to",
    "undrawn": "Characters shown as □ are written out in the invoice file inside this PDF.",
    "file": "The same document for programs (UBL 2.1, EN 16931)",
}  # fmt: skip
_PT: Final = {
    "invoice": "Fatura", "credit_note": "Nota de crédito", "from": "Emitente", "to": "Cliente",
    "number": "Número", "issued": "Emissão", "due": "Vencimento", "delivered": "Entrega", "period": "Período",
    "buyer_reference": "Sua referência", "order": "Pedido", "sales_order": "Nosso pedido",
    "contract": "Contrato", "project": "Projeto", "credits": "Referente à fatura", "position": "#",
    "item": "Item", "quantity": "Quantidade", "price": "Preço", "tax": "Imposto", "amount": "Valor",
    "sum": "Soma dos itens", "net": "Total sem impostos", "tax_on": "{tax} sobre {base}",
    "gross": "Total com impostos", "prepaid": "Pago", "rounding": "Arredondamento",
    "amount_due": "Valor a pagar", "amount_credited": "Valor creditado", "terms": "Condições",
    "pay": "Como pagar", "account": "Conta", "reference": "Referência", "page": "Página",
    "tax_number": "CNPJ/CPF", "legal_number": "Registro", "no_tax": "Sem imposto",
    "delivered_to": "Entregue em",
    "undrawn": "Os caracteres mostrados como □ estão por extenso no arquivo dentro deste PDF.",
    "file": "O mesmo documento para programas (UBL 2.1, EN 16931)",
}  # fmt: skip
_VI: Final = {
    "invoice": "Hóa đơn", "credit_note": "Giấy báo có", "from": "Người bán", "to": "Người mua", "number": "Số",
    "issued": "Ngày lập", "due": "Hạn thanh toán", "delivered": "Ngày giao", "period": "Kỳ",
    "buyer_reference": "Tham chiếu của khách", "order": "Đơn đặt hàng", "sales_order": "Đơn bán hàng",
    "contract": "Hợp đồng", "project": "Dự án", "credits": "Cho hóa đơn", "position": "STT",
    "item": "Hàng hóa, dịch vụ", "quantity": "Số lượng", "price": "Đơn giá", "tax": "Thuế",
    "amount": "Thành tiền", "sum": "Cộng tiền hàng", "net": "Tổng chưa thuế", "tax_on": "{tax} trên {base}",
    "gross": "Tổng có thuế", "prepaid": "Đã trả", "rounding": "Làm tròn", "amount_due": "Số tiền phải trả",
    "amount_credited": "Số tiền ghi có", "terms": "Điều khoản", "pay": "Thanh toán", "account": "Tài khoản",
    "reference": "Nội dung", "page": "Trang", "tax_number": "Mã số thuế", "legal_number": "Số đăng ký",
    "no_tax": "Không thuế", "delivered_to": "Nơi giao",
    "undrawn": "Các ký tự hiện là □ được ghi đầy đủ trong tệp hóa đơn bên trong PDF này.",
    "file": "Cùng tài liệu này cho phần mềm (UBL 2.1, EN 16931)",
}  # fmt: skip
_WORDS: Final = {"en": _EN, "pt": _PT, "vi": _VI}


def words_in(language: str) -> dict[str, str]:
    """Return the words of a language, or the English ones."""
    return _WORDS.get(language, _EN)


def has_words(language: str) -> bool:
    """Say whether there are words of a language."""
    return language in _WORDS
