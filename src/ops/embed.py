# SPDX-License-Identifier: Apache-2.0
"""Turns data/consent/*.json into one C file: embed.py OUT de.json fr.json it.json en.json"""
import json
import os
import sys


def main(out, paths):
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            body = json.dumps(json.load(file), ensure_ascii=True)
        language = os.path.splitext(os.path.basename(path))[0]
        quoted = body.replace("\\", "\\\\").replace('"', '\\"')
        # Compilers need take no more than 4095 characters in one literal.
        parts = [quoted]
        while len(parts[-1]) > 1000:
            last = parts.pop()
            cut = 1000
            while last[cut - 1] == "\\":
                cut += 1
            parts += [last[:cut], last[cut:]]
        texts.append("\t{ \"%s\",\n\t\t%s },"
                     % (language, "\n\t\t".join('"%s"' % part for part in parts)))
    with open(out, "w", encoding="utf-8") as file:
        file.write('#include "ops/consent.h"\n\n'
                   "const struct consent_source consent_built_in[] = {\n%s\n};\n"
                   % "\n".join(texts))


main(sys.argv[1], sys.argv[2:])
