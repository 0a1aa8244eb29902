"""Running code as a notebook runs a cell, and catching what it raises."""

import linecache


def execute(code, names):
    """Run `code` as a notebook runs a cell: its text stands where tracebacks look for it."""
    file = f"<snippet {len(linecache.cache)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    exec(compile(code, file, "exec"), names)


def caught(code, names):
    """The error that `code` raises."""
    try:
        execute(code, names)
    except BaseException as error:
        return error
    raise AssertionError(f"{code} raised nothing")
