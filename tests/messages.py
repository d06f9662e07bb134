"""The words of the site, found in its source, and the Chinese ones written for them.

`python -m tests.messages` brings locale/ up to date with the source and compiles it; the tests
read the same words, so neither needs the tools of GNU gettext.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
APPS = ("accounts", "disputes", "listings", "marketplace", "orders")

PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_IN_CONTEXT = {"npgettext", "npgettext_lazy"}
CALLS = PLAIN | PLURAL | IN_CONTEXT | PLURAL_IN_CONTEXT

# What Django makes of a template: calls among letters that stand for everything else.
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\s(_|n?p?gettext)\(({_STRING}(?:,\s*{_STRING})*)")
_PLACES = re.compile(r"%\(\w+\)[a-z]|%[d%]|\{\w*\}")


class Message(NamedTuple):
    msgid: str
    plural: str = ""
    context: str | None = None


# What Django and allauth say on our pages, where their Chinese is missing, or is not how we speak.
BORROWED = (
    Message(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    Message(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    Message("Your password can’t be a commonly used password."),
    Message("Your password can’t be too similar to your other personal information."),
)


def messages() -> list[Message]:
    """Every message of the source, once, in the order of the files."""
    files = python_files() + templates()
    found = [message for path in files for message in _in_file(path)]
    return list(dict.fromkeys([*found, *BORROWED]))


def python_files() -> list[Path]:
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in files if "migrations" not in path.parts)


def templates() -> list[Path]:
    kinds = ("*.html", "*.txt")
    return sorted(path for kind in kinds for path in (ROOT / "templates").rglob(kind))


def places(text: str) -> list[str]:
    """What is filled into a message later, sorted: %(name)s, {name}."""
    return sorted(_PLACES.findall(text))


def key(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt)


def update() -> polib.POFile:
    """The file with exactly the messages of the source; what was translated stays so."""
    old = polib.pofile(str(PO), wrapwidth=0)
    known = {key(entry): entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=0)
    new.metadata = old.metadata
    new.extend(known.get(message) or _empty(message) for message in messages())
    return new


def main() -> None:
    po = update()
    po.save(str(PO))
    po.save_as_mofile(str(PO.with_suffix(".mo")))
    for entry in po.untranslated_entries():
        print("untranslated:", entry.msgid)  # noqa: T201 - what is left to do


def _in_file(path: Path) -> Iterable[Message]:
    source = path.read_text(encoding="utf-8")
    return _in_python(source) if path.suffix == ".py" else _in_template(source)


def _in_python(source: str) -> Iterator[Message]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if name in CALLS and texts:
            yield _message(name, [str(text) for text in texts])


def _in_template(source: str) -> Iterator[Message]:
    for name, arguments in _CALL.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in re.findall(_STRING, arguments)]
        yield _message(name, texts)


def _message(name: str, texts: list[str]) -> Message:
    context = texts.pop(0) if name in IN_CONTEXT | PLURAL_IN_CONTEXT else None
    plural = texts[1] if name in PLURAL | PLURAL_IN_CONTEXT else ""
    return Message(texts[0], plural, context)


def _empty(message: Message) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context)
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
    if any(place.startswith("%") for place in places(message.msgid)):
        entry.flags.append("python-format")
    return entry


if __name__ == "__main__":
    main()
