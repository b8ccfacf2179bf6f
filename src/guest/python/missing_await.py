"""Finds where a program uses the coroutine of its own async function as text or as a condition, and has it waited for there."""

import ast
import builtins
import types

from .unawaited import is_unstarted

HELPER = "__awaited__"
TEXT_FUNCTIONS = frozenset("str print repr format".split())


def take_over_texts(calls):
    """Gives programs what `mark_uses` makes them call."""
    setattr(builtins, HELPER, lambda value: calls.wait_for(value) if isinstance(value, types.CoroutineType) and is_unstarted(value) else value)


def mark_uses(tree):
    """Has coroutines waited for where only their result can be meant; changes programs alone that define async functions."""
    names = frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.AsyncFunctionDef))
    if names:
        _Marker(names).visit(tree)
        ast.fix_missing_locations(tree)


class _Marker(ast.NodeTransformer):
    def __init__(self, names):
        self._names = names

    def _is_call(self, node):
        if not isinstance(node, ast.Call):
            return False
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        return called in self._names

    def _result(self, node):
        """For a place where a coroutine can only be a mistake."""
        if not self._is_call(node):
            return node
        return ast.copy_location(ast.Call(ast.copy_location(ast.Name(HELPER, ast.Load()), node), [node], []), node)

    def _text(self, node):
        """The same where a variable may hold it."""
        if isinstance(node, ast.Name):
            return ast.copy_location(ast.Call(ast.copy_location(ast.Name(HELPER, ast.Load()), node), [node], []), node)
        return self._result(node)

    def visit_FormattedValue(self, node):
        self.generic_visit(node)
        node.value = self._text(node.value)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        func = node.func
        of_text = isinstance(func, ast.Attribute) and func.attr == "format" and isinstance(func.value, ast.Constant)
        if of_text or isinstance(func, ast.Name) and func.id in TEXT_FUNCTIONS:
            node.args = [self._text(each) for each in node.args]
            for keyword in node.keywords if of_text else ():
                keyword.value = self._text(keyword.value)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            if isinstance(node.right, ast.Tuple):
                node.right.elts = [self._text(each) for each in node.right.elts]
            else:
                node.right = self._text(node.right)
        return node

    def _visit_test(self, node):
        self.generic_visit(node)
        node.test = self._result(node.test)
        return node

    visit_If = visit_While = visit_IfExp = visit_Assert = _visit_test

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        node.values = [self._result(each) for each in node.values]
        return node

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        node.operand = self._result(node.operand)
        return node

    def visit_Compare(self, node):
        self.generic_visit(node)
        node.left = self._result(node.left)
        node.comparators = [self._result(each) for each in node.comparators]
        return node
