"""`python -m tests.support.moto_server`: moto's server with fast transactions.

For each write of a transaction, moto copies the whole table with its items, for a rollback. Here
a table shares its items with its copies. This is safe because an update replaces the item by a
changed copy, as all other writes do.
"""

import copy
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.server import main

_update_item = DynamoDBBackend.update_item


def _update_copy(
    self: DynamoDBBackend, table_name: str, key: Any, *args: Any, **options: Any
) -> Any:
    table = self.get_table(table_name)
    hash_key, range_key = self.get_keys_value(table, key)
    item = table.get_item(hash_key, range_key)
    if item:
        items: Any = table.items[hash_key] if range_key else table.items
        items[range_key or hash_key] = copy.deepcopy(item)
    return _update_item(self, table_name, key, *args, **options)


def _share_items(self: Table, memo: dict[int, Any]) -> Table:
    other = copy.copy(self)
    other.items = copy.copy(self.items)
    for hash_key, items in self.items.items():
        other.items[hash_key] = copy.copy(items) if isinstance(items, dict) else items
    return other


if __name__ == "__main__":
    DynamoDBBackend.update_item = _update_copy  # type: ignore[method-assign]
    Table.__deepcopy__ = _share_items  # type: ignore[attr-defined]
    main()
