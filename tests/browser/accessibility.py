"""What axe-core, a keyboard and a screen reader find in a lesson."""

from axe_playwright_python.base import AXE_SCRIPT

LESSON = ".jp-OutputArea-output", ".jp-RenderedMarkdown"  # what a lesson puts on the page; the rest is the front end's
GRAVE = "serious", "critical"
THEMES = "JupyterLab Light", "JupyterLab Dark"


def show_every_cell(page):
    """Put all cells of the open notebook on a page so high that all of them are in sight: what is not, axe-core skips.

    The mode is "defer", not "none": with "none" JupyterLab stops to put cells on the page whenever it has time,
    and the cells that it has not reached by then never come.
    """
    page.evaluate(
        "() => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        " notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: 'defer' } }"
    )
    page.wait_for_function(
        "() => { const notebook = window.jupyterapp.shell.currentWidget.content;"
        " return document.querySelectorAll('.jp-Notebook .jp-Cell').length === notebook.widgets.length"
        " && !document.querySelector('.jp-Notebook .jp-Cell-Placeholder') }"
    )
    height = page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight")
    page.set_viewport_size({"width": 1400, "height": height + 400})
    # JupyterLab's body has no height of its own and hides what overflows; to axe-core nothing would be visible.
    page.evaluate(
        "() => { document.body.style.overflow = 'visible'; document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0 }"
    )


def choose_theme(page, theme):
    """Change JupyterLab's theme, and wait until it is there."""
    page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.wait_for_function(
        "(theme) => document.body.dataset.jpThemeName === theme && !document.querySelector('#jupyterlab-splash')",
        arg=theme,
    )


def grave_findings(page, places=LESSON):
    """What axe-core finds below `places` that is serious or critical: [(rule, the piece of HTML, what to mend)]."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    result = page.evaluate(
        "(places) => axe.run({ include: places.map(place => [place]) }, { resultTypes: ['violations', 'passes'] })",
        list(places),
    )
    looked_at = {rule["id"]: len(rule["nodes"]) for rule in result["passes"]}
    assert looked_at.get("color-contrast", 0) >= 50, looked_at
    pictures = page.locator("canvas[role=application]")  # a live one has a name, as a still one has its alt text
    assert looked_at.get("image-alt", 0) + pictures.count() >= 1, looked_at
    assert all(picture.get_attribute("aria-label") for picture in pictures.all())
    return [
        (rule["id"], node["html"][:200], node["failureSummary"])
        for rule in result["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


# What has the focus: its role, name and value, whether it lies in the box, and how it looks.
FOCUSED = """
(box) => {
  const node = document.activeElement, style = getComputedStyle(node);
  const label = node.getAttribute('aria-label') || node.textContent.trim();
  return {
    inside: box.contains(node), label, role: node.getAttribute('role') || node.tagName.toLowerCase(),
    pressed: node.getAttribute('aria-pressed'), value: node.getAttribute('aria-valuetext'),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), disabled: node.disabled === true,
  };
}
"""


def walk_with_tab(page, cell, most=60):
    """From the cell itself with Tab through its explorer: what had the focus, in order, until the focus leaves the box."""
    box = cell.locator(".course-widget").first
    box.wait_for()
    handle, seen = box.element_handle(), []
    cell.locator(".cm-content").first.click()
    page.keyboard.press("Escape")  # out of the editor, as the keyboard's user does
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED, handle)
        if focused["inside"]:
            seen.append(focused)
        elif seen:
            return seen
    raise AssertionError(f"after {most} presses of Tab the focus has not gone through: {seen}")
