#!/usr/bin/env python3
"""A folder includes itself and the folders above it in the list, never below; and its
meson.build declares what it includes. Reads the real includes."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
FLOORS = re.search(r"^floors = \[(.*?)\]", (ROOT / "meson.build").read_text(),
                   re.S | re.M).group(1)
FLOORS = re.findall(r"'(\w+)'", FLOORS)


def main():
    faults = []
    seen = 0
    for number, floor in enumerate(FLOORS):
        folder = ROOT / "src" / floor
        if not folder.is_dir():
            continue
        included = set()
        for path in sorted(folder.glob("*.[ch]")):
            for line, text in enumerate(path.read_text().splitlines(), 1):
                match = re.match(r'\s*#\s*include\s+"([^"]+)"', text)
                if not match:
                    continue
                seen += 1
                target = match.group(1).split("/")[0]
                if target not in FLOORS:
                    if not (ROOT / "src" / match.group(1)).exists() and "/" in match.group(1):
                        faults.append(f"{path}:{line}: {match.group(1)} is in no floor")
                    continue
                included.add(target)
                if FLOORS.index(target) > number:
                    faults.append(f"{path}:{line}: {floor} includes {target}, which is below it")
        build = (folder / "meson.build").read_text() if (folder / "meson.build").exists() else ""
        for target in included - {floor}:
            if not re.search(rf"\b{target}\b", build):
                faults.append(f"src/{floor}/meson.build does not declare {target}")
    for fault in faults:
        print(fault)
    if seen < 100:
        print("too few includes seen: is this the right tree?")
        return 1
    return 1 if faults else 0


sys.exit(main())
