"""Write the map of each package: the first sentence of each of its files, at the end of its docstring.

`python docs/package_maps.py` (`make fix`) writes the maps of `app` that lack a file, `--check` names what is missing. A
map that was written by hand stays as it is.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120


def packages() -> list[Path]:
    """Return the `__init__.py` of every package of the server that holds files or packages."""
    return [path for path in sorted((ROOT / "app").rglob("__init__.py")) if members(path.parent)]


def members(package: Path) -> list[Path]:
    """Return the files that say what the modules and packages of a package are."""
    modules = [path for path in package.glob("*.py") if path.name != "__init__.py"]
    inner = [path / "__init__.py" for path in package.iterdir() if (path / "__init__.py").exists()]
    return sorted(modules + inner, key=name_of)


def name_of(member: Path) -> str:
    """Return the name of a module or package."""
    return member.parent.name if member.name == "__init__.py" else member.stem


def first_sentence(member: Path) -> str:
    """Return what a file says of itself first."""
    docstring = ast.get_docstring(ast.parse(member.read_text())) or ""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s", paragraph)[0]


def map_of(package: Path) -> str:
    """Return the map of a package, as the indented end of its docstring."""
    found = members(package)
    width = max(len(name_of(member)) for member in found)
    lines = []
    for member in found:
        head = f"{name_of(member).ljust(width)}  "
        told = textwrap.wrap(
            first_sentence(member),
            WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += told or [head.rstrip()]
    return "\n".join(lines)


def with_map(init: Path) -> str:
    """Return the text of an `__init__.py` with the map at the end of its docstring, in place of an earlier one."""
    text = init.read_text()
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Expr), f"{init} has no docstring"
    lines = text.splitlines(keepends=True)
    own = "".join(lines[: node.end_lineno]).strip().removeprefix('"""').removesuffix('"""')
    words = re.split(r"\n\n(?=\w+  )", own)[0].rstrip()
    return f'"""{words}\n\n{map_of(init.parent)}\n"""\n' + "".join(lines[node.end_lineno :])


def missing(init: Path) -> list[str]:
    """Return the members of a package that its docstring does not name."""
    told = ast.get_docstring(ast.parse(init.read_text())) or ""
    return [name for name in map(name_of, members(init.parent)) if not re.search(rf"\b{name}\b", told)]


def has_own_map(init: Path) -> bool:
    """Tell whether somebody has written the map by hand: indented, in an order that tells a story, or as a table."""
    return bool(re.search(r"\n\n( {4}\w+|\|)", ast.get_docstring(ast.parse(init.read_text()), clean=False) or ""))


def main() -> int:
    """Write what is missing; with `--check`, and where a map was written by hand, only say so."""
    failed = False
    for init in packages():
        if names := missing(init):
            if "--check" in sys.argv or has_own_map(init):
                failed = True
                print(f"{init.relative_to(ROOT)} does not name {', '.join(names)}")
            else:
                init.write_text(with_map(init))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
