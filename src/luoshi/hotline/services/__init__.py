"""Everything that writes for the hotline: request side and dispatch side, one verb a service."""

from luoshi.hotline.services.classifying import request_classify
from luoshi.hotline.services.dispatching import Order, Terms, request_dispatch, request_dispatch_more
from luoshi.hotline.services.intake import request_receive

__all__ = [
    "Order",
    "Terms",
    "request_classify",
    "request_dispatch",
    "request_dispatch_more",
    "request_receive",
]
