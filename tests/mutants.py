"""Small changes to a piece of source code, each of which makes it another program: its mutants.

An operator is a function from a node of the syntax tree, and the names that the code knows, to what may stand in
its place. `mutants` applies every operator at every node, one change at a time.
"""

import ast
import copy
import difflib
import itertools
import re

SQUASHED = ("torch.relu", "torch.sigmoid", "torch.sin", "torch.abs")
METHODS = {"mean": ("sum", "median", "var"), "sum": ("mean",), "stack": ("cat", "hstack"), "diag": ("tensor",)}
AXES = (-1, 0, 1, 2)
HANDED_BACK = ("({})[None]", "({}).squeeze()", "({}, {})", "[{}]", "({}).tolist()", "({}).double()", "({}).int()")
SPOILED = ("-({})", "({}) * 1.001", "({}).flip(0)", "({}).mT", "({}).sum()", "torch.tanh({})", "({}).round()")
STARTS = ("torch.zeros_like({})", "torch.ones_like({})", "-{}", "{}.flip(0)", "torch.tanh({})")


EVERYWHERE = (
    (r" \+ (self\.)?b\w*", ""),
    (r"\.T\b", ""),
    (r"(\w+) @ ([\w.]+)\.T", r"\2 @ \1"),
    (r"(\w+), _ =", r"_, \1 ="),
    (r"(\w+)\.transpose\(0, 1\)", r"\1.reshape(\1.shape[1], \1.shape[0], -1)"),
    (r"-1\]", "0]"),
    (r"-1\]", "-1:]"),
    (r"\.reshape\([^()]*\)", ""),
    (r"\.reshape\([^()]*\)", "[-1]"),
)


def mutants(source):
    """{label: source}: everything that one change makes of `source`. The label says what became of what."""
    tree = ast.parse(source)
    names = _names(tree)
    seen, found = {ast.unparse(tree)}, {}
    for node in ast.walk(tree):
        for operator in OPERATORS:
            for new in operator(node, names):
                changed, place = copy.deepcopy((tree, node))
                changed = ast.unparse(ast.fix_missing_locations(_Put(place, new).visit(changed)))
                if changed not in seen:
                    seen.add(changed)
                    found[_label(operator, node, new, found)] = changed
    return found


class _Put(ast.NodeTransformer):
    def __init__(self, place, new):
        self._place, self._new = place, new

    def visit(self, node):
        return self._new if node is self._place else self.generic_visit(node)


def _label(operator, node, new, taken):
    """The operator, and what became of what; of a statement with a body, its lines that changed, or all if they moved."""
    old, new = ast.unparse(node), ast.unparse(new)
    if isinstance(node, ast.stmt) and hasattr(node, "body"):
        lines = [line for line in difflib.ndiff(_stripped(old), _stripped(new)) if line[0] in "+-"]
        gone, come = ([line[2:] for line in lines if line[0] == sign] for sign in "-+")
        if sorted(gone) == sorted(come):
            gone, come = [], _stripped(new)[1:]
        old, new = "; ".join(gone), "; ".join(come)
    label = f"{operator.__name__.strip('_')}: {old} > {new}".replace(":;", ":")
    again = (f"{label} ({number})" for number in itertools.count(2))
    return next(possible for possible in itertools.chain([label], again) if possible not in taken)


def _stripped(code):
    return [line.strip() for line in code.splitlines()]


def _names(tree):
    """The arguments and variables of the code, and the attributes of self."""
    found = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    stored = (node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Store))
    found += [ast.unparse(node) for node in stored if not isinstance(node, ast.Tuple)]
    return [name for name in dict.fromkeys(found) if name not in ("self", "_")]


def _expression(text):
    return ast.parse(text, mode="eval").body


def _called(node, *names):
    """Whether the node calls a function or method of one of these names."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def _squash(node, _names):
    """Another function than tanh, or none."""
    if _called(node, "tanh"):
        yield node.args[0]
        if isinstance(node.args[0], ast.BinOp):
            left, right = (ast.Call(node.func, [part], []) for part in (node.args[0].left, node.args[0].right))
            yield ast.BinOp(left, node.args[0].op, right)
        for other in SQUASHED:
            yield ast.Call(_expression(other), node.args, [])


def _arithmetic(node, _names):
    """A part of a sum left out, another sign, another power, a product of other operands."""
    if not isinstance(node, ast.BinOp):
        return
    left, right = node.left, node.right
    yield from (left, right, ast.BinOp(right, node.op, left))
    kinds = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Pow: ast.Mult, ast.MatMult: ast.Mult}
    yield ast.BinOp(left, kinds.get(type(node.op), ast.Add)(), right)
    if isinstance(node.op, ast.Sub):
        yield ast.BinOp(_expression(f"({ast.unparse(left)}).round()"), node.op, right)
    if isinstance(node.op, ast.MatMult):
        for turned in itertools.product((left, _turned(left)), (right, _turned(right))):
            yield ast.BinOp(turned[0], ast.MatMult(), turned[1])


def _turned(node):
    return ast.Attribute(node, "T", ast.Load())


def _transpose(node, _names):
    """A transposition dropped, along other axes, or replaced by reshape."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if not _called(node, "transpose"):
        return
    x = ast.unparse(node.func.value)
    yield node.func.value
    yield from (_expression(f"{x}.transpose{axes}") for axes in itertools.combinations(AXES[1:], 2))
    yield _expression(f"{x}.reshape({x}.shape[1], {x}.shape[0], {x}.shape[2])")
    for order in itertools.permutations(AXES[1:]):
        yield _expression(f"{x}.permute{order}")


def _method(node, _names):
    """Another method or function: sum for mean, cat for stack."""
    if _called(node, *METHODS):
        for other in METHODS[node.func.attr]:
            yield ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)
    if _called(node, "mean"):
        yield from _mean(node, ast.unparse(node.func.value))
    if _called(node, "mean", "stack", "reshape"):
        yield node.args[0] if _called(node, "stack") else node.func.value
    if _called(node, "mean", "stack"):
        for axis in AXES:
            yield ast.Call(node.func, node.args, [ast.keyword("dim", ast.Constant(axis))])
    if _called(node, "cross_entropy"):
        for reduction in ("sum", "none"):
            yield ast.Call(node.func, node.args, [ast.keyword("reduction", ast.Constant(reduction))])
    if _called(node, "reshape", "cross_entropy"):
        for change in ("{}.transpose(0, 1)", "{}.softmax(-1)", "{}.log_softmax(-1)", "{}[-1]", "{}[1:]", "{}[:-1]"):
            yield from _each_operand(node, change)


def _mean(node, of):
    """The power and the mean in the other order, the absolute value or the root as well."""
    yield from (_expression(f"({of}).{order}()") for order in ("mean().sqrt", "sqrt().mean"))
    power = node.func.value
    if isinstance(power, ast.BinOp):
        yield _expression(f"({ast.unparse(power.left)}).mean() ** {ast.unparse(power.right)}")


def _each_operand(call, change):
    """The call with `change` made to what its method belongs to, and to each of its arguments."""
    if call.func.attr == "reshape":
        new = _expression(change.format(ast.unparse(call.func.value)))
        yield ast.Call(ast.Attribute(new, "reshape", ast.Load()), call.args, [])
    else:
        for i, old in enumerate(call.args):
            new = _expression(change.format(ast.unparse(old)))
            yield ast.Call(call.func, [*call.args[:i], new, *call.args[i + 1 :]], call.keywords)


def _operands(node, _names):
    """Two arguments of a call exchanged, one of them left out."""
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return
    for i, j in itertools.combinations(range(len(node.args)), 2):
        swapped = list(node.args)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        yield ast.Call(node.func, swapped, node.keywords)
    for i in range(len(node.args)):
        yield ast.Call(node.func, node.args[:i] + node.args[i + 1 :], node.keywords)


def _constant(node, _names):
    """A number one more, one less, or of the other sign."""
    value = _number(node)
    if value is not None:
        for other in (value + 1, value - 1, -value):
            yield _expression(str(other))


def _number(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
        return -node.value if isinstance(node, ast.Constant) else None
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _index(node, _names):
    """Another index, another axis, a slice instead of an index, no index."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
        return
    x = ast.unparse(node.value)
    yield node.value
    for index in ("0", "1", "-1", ":, 0", ":, -1", ":, -2", "..., -1", "-1:", ":, -1:", "1:", ":-1"):
        yield _expression(f"{x}[{index}]")


def _steps(node, _names):
    """A loop over other things: one too few, in the other order, along another axis, all at once."""
    if isinstance(node, ast.For):
        for operand in node.iter.args if isinstance(node.iter, ast.Call) else [node.iter]:
            x = ast.unparse(operand)
            for change in (f"{x}[1:]", f"{x}[:-1]", f"{x}[:1]", f"{x}.flip(0)", f"{x}.transpose(0, 1)"):
                looped = copy.deepcopy((node, operand))
                yield _Put(looped[1], _expression(change)).visit(looped[0])


def _name(node, names):
    """Another variable, another attribute of self, a list that begins with something."""
    known = isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) in names
    if known or (isinstance(node, ast.List) and not node.elts):
        for other in names:
            yield _expression(f"[{other}]" if isinstance(node, ast.List) else other)


def _block(node, _names):
    """A statement left out, moved by one, moved into or out of a loop, or its value used without a name."""
    body = getattr(node, "body", None)
    if not isinstance(node, (ast.FunctionDef, ast.For)):
        return
    for i, statement in enumerate(body):
        if len(body) > 1:
            yield _with(node, body[:i] + body[i + 1 :])
        if i:
            yield _with(node, [*body[: i - 1], statement, body[i - 1], *body[i + 1 :]])
            yield from (_with(node, [*body[: i - 1], new, *body[i + 1 :]]) for new in _unnamed(body[i - 1], statement))
        if isinstance(statement, ast.For):
            inner = statement.body
            if len(inner) > 1:
                yield _with(node, [*body[:i], _with(statement, inner[:-1]), inner[-1], *body[i + 1 :]])
                yield _with(node, [*body[:i], inner[0], _with(statement, inner[1:]), *body[i + 1 :]])
            yield _with(node, [*body[: i - 1], _with(statement, [body[i - 1], *inner]), *body[i + 1 :]])
            yield _with(node, [*body[:i], _with(statement, [*inner, body[i + 1]]), *body[i + 2 :]])


def _unnamed(assignment, following):
    """The statement after an assignment with the value in the place of the variable, which then keeps its old value."""
    if isinstance(assignment, ast.Assign):
        copied = copy.deepcopy(following)
        for node in ast.walk(copied):
            if ast.unparse(node) == ast.unparse(assignment.targets[0]):
                yield _Put(node, assignment.value).visit(copied)
                return


def _with(node, body):
    fields = {name: getattr(node, name) for name in node._fields}
    return type(node)(**{**fields, "body": body})


def _everywhere(node, _names):
    """One change at all places at once."""
    if isinstance(node, ast.FunctionDef) and node.name != "__init__":
        for pattern, new in EVERYWHERE:
            yield ast.parse(re.sub(pattern, new, ast.unparse(node))).body[0]


def _decision(node, _names):
    """A condition turned round, or one of the two ways always."""
    if isinstance(node, (ast.If, ast.IfExp)):
        for test in (ast.UnaryOp(ast.Not(), node.test), ast.Constant(True), ast.Constant(False)):
            fields = {name: getattr(node, name) for name in node._fields}
            yield type(node)(**{**fields, "test": test})


def _start(node, names):
    """An argument replaced by zeros, ones or its negative before the work begins."""
    if isinstance(node, ast.FunctionDef) and node.name != "__init__":
        for argument in (argument.arg for argument in node.args.args if argument.arg != "self"):
            for start in STARTS:
                yield _with(node, [ast.parse(f"{argument} = {start.format(argument)}").body[0], *node.body])


def _return(node, names):
    """Another variable returned, or the result in another shape, form or dtype, spoiled, or not at all."""
    if isinstance(node, ast.Return):
        yield from (ast.Return(None), *(ast.Return(_expression(name)) for name in names))
        for change in HANDED_BACK + SPOILED:
            yield ast.Return(_expression(change.replace("{}", ast.unparse(node.value))))


OPERATORS = (
    *(_squash, _arithmetic, _transpose, _method, _operands, _constant, _index),
    *(_steps, _name, _block, _everywhere, _decision, _start, _return),
)
