"""Makes the tables in src/test/resources, with pyarrow: python3 make_tables.py src/test/resources"""

import sys
import pyarrow
import pyarrow.parquet

folder = sys.argv[1]
rows = 5
table = pyarrow.table(
    {
        "id": pyarrow.array(range(rows), pyarrow.int64()),
        "URL": [f"http://example.com/{i}/ä.jpg" for i in range(rows - 1)] + [None],
        "title": ["a cat.jpg", None, "b.jpg", "c.jpg", "d.jpg"],
        "sha256": [f"{i}" * 64 for i in range(rows)],
        "tags": [["x", "y"], [], None, ["z"], []],
        "size": [{"width": i, "height": 2} for i in range(rows)],
        "raw": pyarrow.array([f"http://example.com/raw/{i}".encode() for i in range(rows)], pyarrow.binary()),
    }
)
for compression in "none", "snappy", "zstd", "gzip", "brotli":
    pyarrow.parquet.write_table(table, f"{folder}/{compression}.parquet", compression=compression, row_group_size=2)
pyarrow.parquet.write_table(pyarrow.table({"address": ["http://example.com/"]}), f"{folder}/one-column.parquet")
pyarrow.parquet.write_table(table.slice(0, 0), f"{folder}/empty.parquet")
