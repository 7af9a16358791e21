# SPDX-License-Identifier: Apache-2.0
"""Turns data/schema/NNNN-name.sql into one C file: embed.py OUT FILE...

Fails when the numbers do not run 1, 2, 3 ... without a gap."""
import os
import re
import sys


def quoted(sql):
    for line in sql.splitlines():
        yield '\t"%s\\n"' % line.replace("\\", "\\\\").replace('"', '\\"')


def main(out, paths):
    rows = []
    for number, path in enumerate(sorted(paths, key=os.path.basename), 1):
        name = os.path.basename(path)
        match = re.fullmatch(r"(\d{4})-([a-z0-9-]+)\.sql", name)
        if not match or int(match.group(1)) != number:
            sys.exit("%s: expected %04d-name.sql here" % (name, number))
        with open(path, encoding="utf-8") as file:
            body = "\n".join(quoted(file.read()))
        rows.append('\t{ %d, "%s",\n%s },' % (number, match.group(2), body))
    with open(out, "w", encoding="utf-8") as file:
        file.write('#include "store/migrate.h"\n\n'
                   "const struct store_migration store_migrations[] = {\n%s\n};\n"
                   "const unsigned store_migration_count = %d;\n"
                   % ("\n".join(rows), len(rows)))


main(sys.argv[1], sys.argv[2:])
