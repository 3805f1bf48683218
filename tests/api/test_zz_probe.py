"""Probe."""
import base64
from tests.api.test_paging import *
async def test_probe(shelf: Shelf) -> None:
    whole = await LISTS["skills"].page(shelf.product, first=100)
    for e in whole["edges"]:
        print(e["cursor"], e["node"])
        a = await shelf.product.send(LISTS["skills"].document, {"first": 1, "after": e["cursor"]})
        print("   ", a.get("errors", [{}])[0].get("message"))
