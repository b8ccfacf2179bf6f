"""Groups commit messages by their conventional prefix."""

import sys
from pathlib import Path

KINDS = {"feat": "New", "fix": "Corrected", "perf": "Faster"}


def main(messages):
    groups = {}
    for message in messages:
        prefix, separator, text = message.partition(":")
        kind = KINDS.get(prefix.split("(")[0].strip(), "Other") if separator else "Other"
        groups.setdefault(kind, []).append(text.strip() if separator else message.strip())
    order = [*KINDS.values(), "Other"]
    sections = ["\n".join([f"### {kind}", *(f"- {line}" for line in groups[kind])]) for kind in order if kind in groups]
    print(Path("resources/template.md").read_text().format(sections="\n\n".join(sections)).strip())


if __name__ == "__main__":
    main(sys.argv[1:])
