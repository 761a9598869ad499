"""Every write of orders."""

from apps.orders.operations.charging import (
    OverBilled,
    OverInvoiced,
    forget_invoiced,
    limit_of,
    note_billed,
    note_invoiced,
    unbill,
)
from apps.orders.operations.fulfilment import (
    cancel_order,
    cancel_rest,
    clear_credit,
    confirm_order,
    hold_order,
    release_order,
    reopen_order,
    reserve_rest,
    start_picking,
)
from apps.orders.operations.policy import change_order_policy
from apps.orders.operations.purchases import (
    cancel_purchase_order,
    change_purchase_order,
    close_purchase_order,
    create_purchase_order,
    open_purchase_order_again,
    send_purchase_order,
    submit_purchase_order,
    withdraw_purchase_order,
)
from apps.orders.operations.receiving import ReceivedInput, receive_goods, reverse_receipt
from apps.orders.operations.sales import DuplicateOrder, change_sales_order, create_sales_order
from apps.orders.operations.shipping import (
    BackInput,
    PickInput,
    TooMuch,
    deliver_order,
    return_goods,
    ship_order,
)

__all__ = [
    "BackInput",
    "DuplicateOrder",
    "OverBilled",
    "OverInvoiced",
    "PickInput",
    "ReceivedInput",
    "TooMuch",
    "cancel_order",
    "cancel_purchase_order",
    "cancel_rest",
    "change_order_policy",
    "change_purchase_order",
    "change_sales_order",
    "clear_credit",
    "close_purchase_order",
    "confirm_order",
    "create_purchase_order",
    "create_sales_order",
    "deliver_order",
    "forget_invoiced",
    "hold_order",
    "limit_of",
    "note_billed",
    "note_invoiced",
    "open_purchase_order_again",
    "receive_goods",
    "release_order",
    "reopen_order",
    "reserve_rest",
    "return_goods",
    "reverse_receipt",
    "send_purchase_order",
    "ship_order",
    "start_picking",
    "submit_purchase_order",
    "unbill",
    "withdraw_purchase_order",
]
