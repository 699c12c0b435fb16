"""What the house asks of its code and no linter knows. Each rule is tried on a planted offence too."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for name in ("portal", "workers", "pages") for path in (ROOT / name).rglob("*.py"))
PAGES = [path for path in SOURCES if path.is_relative_to(ROOT / "pages")]
GUARD = "require_"
OPEN_TO_ALL = ("sign_in.py",)
MONEY_WORDS = ("amount", "total", "balance", "paid", "outstanding", "minor", "money", "price")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
Rule = Callable[[ast.Module], Iterator[ast.AST]]


def raw_markdown(tree: ast.Module) -> Iterator[ast.AST]:
    """A document's text could bring its own markup into the page."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html")


def raw_html(tree: ast.Module) -> Iterator[ast.AST]:
    """A page draws with Streamlit's elements; the frame's few links live in portal/ui."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node) == "st.html")


def download_buttons(tree: ast.Module) -> Iterator[ast.AST]:
    """They give two users one address for similar files, and ask nobody: files go through our own routes."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "download_button")


def floats_near_money(tree: ast.Module) -> Iterator[ast.AST]:
    """Money is Decimal or whole minor units."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            if any(word in ast.unparse(node).lower() for word in MONEY_WORDS):
                yield node
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            named = ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else node.arg
            if ast.unparse(node.annotation) == "float" and any(word in named for word in MONEY_WORDS):
                yield node


def cached_rows(tree: ast.Module) -> Iterator[ast.AST]:
    """A page's cache is everybody's cache."""
    names = ("cache_data", "cache_resource")
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in names)


def no_guard_first(tree: ast.Module) -> Iterator[ast.AST]:
    """A page may be asked for cold and signed out: what comes after its imports is its guard."""
    body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    first = next((node for node in body if not _docstring(node)), None)
    called = first.value if isinstance(first, ast.Assign | ast.Expr | ast.AnnAssign) else None
    name = called.func if isinstance(called, ast.Call) else None
    if not (isinstance(name, ast.Name | ast.Attribute) and ast.unparse(name).rpartition(".")[2].startswith(GUARD)):
        yield first or tree


def _docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def offences(rule: Rule, paths: list[Path]) -> list[str]:
    found = ((path, node) for path in paths for node in rule(ast.parse(path.read_text(encoding="utf-8"))))
    return [f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)} {rule.__doc__}" for path, node in found]


@pytest.mark.parametrize("rule", [raw_markdown, download_buttons, floats_near_money])
def test_no_module_breaks_the_rule(rule: Rule) -> None:
    assert offences(rule, SOURCES) == []


@pytest.mark.parametrize("rule", [raw_html, cached_rows, no_guard_first])
def test_no_page_breaks_the_rule(rule: Rule) -> None:
    guarded = [path for path in PAGES if path.name not in OPEN_TO_ALL]
    assert offences(rule, guarded if rule is no_guard_first else PAGES) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (raw_markdown, "st.markdown(number, unsafe_allow_html=True)"),
        (raw_html, "st.html(number)"),
        (download_buttons, "st.download_button('Factura', data)"),
        (floats_near_money, "x = float(row.total)"),
        (floats_near_money, "def pay(amount: float): ..."),
        (cached_rows, "@st.cache_data\ndef rows(customer_id): ..."),
        (no_guard_first, "import streamlit as st\nst.title('Documentos')\ncustomer = require_customer()"),
        (no_guard_first, "import streamlit as st"),
    ],
)
def test_an_offence_is_found(rule: Rule, source: str) -> None:
    assert len(list(rule(ast.parse(source)))) == 1


@pytest.mark.parametrize(
    "guard", ["customer = guard.require_customer()", "require_analyst()", "me: User = require_user()"]
)
def test_a_guard_may_stand_after_docstring_and_imports(guard: str) -> None:
    assert list(no_guard_first(ast.parse(f'"""Documents."""\nimport streamlit as st\n{guard}\nst.title("x")'))) == []


def function_lengths() -> list[int]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES)
    return [_length(node) for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTION)]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out."""
    first = function.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if _docstring(first) else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_modules_stay_small() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES]
    assert median(lengths) <= 120


def test_functions_stay_small() -> None:
    lengths = function_lengths()
    assert median(lengths) <= 8
    assert quantiles(lengths, n=20)[-1] <= 40
