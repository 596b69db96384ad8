"""What runs text, or asks with text, is nowhere, or stands here with the only place that may."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.support.imports import imported, inside
from tests.support.sources import parsed, place, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNNING_TEXT = {"eval", "exec", "compile", "__import__"}
"""The built-in functions that make a program of a text."""

STARTING_PROGRAMS = {"cli.py", "installation.py", "kernel/files/reading.py"}
"""Where another program is started: our own commands, each a list of words; one reads files."""

BECOMING = ("os.exec", "os.spawn", "os.posix_spawn")
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}

FORMATTING = {
    "delivery/messages/calls.py",
    "exchange/documents/lines.py",
    "reports/documents/sight_words.py",
}
"""Where a sentence of our own tables is filled in; a text of people never is the sentence."""

PATTERNS = {
    *("re.compile", "re.match", "re.search", "re.fullmatch", "re.split"),
    *("re.sub", "re.subn", "re.findall", "re.finditer"),
}


def test_no_text_is_ever_run() -> None:
    assert not [spot for spot, call in calls() if name_of(call) in RUNNING_TEXT]


def test_no_template_is_made_of_a_text() -> None:
    refused = {"render_template_string", "from_string", "Template", "stream_template_string"}
    assert not [spot for spot, call in calls() if name_of(call).split(".")[-1] in refused]


def test_other_programs_are_started_in_one_place_and_never_through_a_shell() -> None:
    starting = {
        inside(file)
        for file in python_files("osac_share")
        if "subprocess" in imported(file)
        or any(name_of(call).startswith(BECOMING) for _spot, call in calls_in(file, parsed(file)))
    }
    assert starting == STARTING_PROGRAMS
    for spot, call in calls():
        assert name_of(call).split(".")[-1] not in SHELLS, spot
        assert "shell" not in {keyword.arg for keyword in call.keywords}, spot


def test_no_question_to_the_database_is_put_together_from_text() -> None:
    taking_words = {
        *("text", "literal_column", "exec_driver_sql"),
        *("execute", "executemany", "scalar", "scalars"),
    }
    asked = [
        (spot, argument)
        for spot, call in calls()
        if name_of(call).split(".")[-1] in taking_words
        for argument in call.args[:1]
    ]
    assert len(asked) > 100
    assert not [spot for spot, argument in asked if is_put_together(argument)]


def test_pattern_is_written_when_the_program_is_and_never_made_of_a_text() -> None:
    made = [
        spot
        for file in python_files("osac_share")
        for function in ast.walk(parsed(file))
        if isinstance(function, ast.FunctionDef)
        for spot, call in calls_in(file, function)
        if name_of(call) in PATTERNS and not is_constant(call.args[0])
    ]
    assert not made


def test_sentence_that_is_filled_in_is_one_of_ours() -> None:
    filled = {
        inside(file)
        for file in python_files("osac_share")
        for _spot, call in calls_in(file, parsed(file))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"format", "format_map"}
        and not isinstance(call.func.value, ast.Constant)
    }
    assert filled == FORMATTING


@pytest.mark.parametrize(
    ("source", "is_refused"),
    [
        ("f'SELECT {name}'", True),
        ("'SELECT ' + name", True),
        ("'SELECT %s' % name", True),
        ("'SELECT {}'.format(name)", True),
        ("'SELECT 1'", False),
        ("select(Report)", False),
    ],
)
def test_putting_together_is_known_when_it_is_seen(source: str, *, is_refused: bool) -> None:
    assert is_put_together(ast.parse(source, mode="eval").body) is is_refused


def is_put_together(node: ast.expr) -> bool:
    """Tell whether an argument is a text that is made when the program runs."""
    if isinstance(node, ast.Call):
        is_method = isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}
        return is_method and isinstance(getattr(node.func, "value", None), ast.Constant)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    )


def is_constant(node: ast.expr) -> bool:
    """Tell whether a pattern stands in the source, by itself or under a name in capitals."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of the program, and where it stands."""
    for file in python_files("osac_share"):
        yield from calls_in(file, parsed(file))


def calls_in(file: Path, tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield place(file, node.lineno), node


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func)
