"""The canvas in a page: its width, its theme, its sharpness, what it asks of the kernel, and how it writes numbers."""

import random
import struct

import numpy as np
import pytest
from lab import browser_page
from page import close_views, frame, open_view, pixels

from helpers.drawing import letters
from helpers.drawing.sheet import WIDTHS, Sheet


@pytest.fixture(scope="module")
def window(browser):
    with browser_page(1300, 900) as page:
        yield page


@pytest.fixture(autouse=True)
def _close(window):
    yield
    close_views(window)


def sheet_of(value=0.5, width=460):
    sheet = Sheet(width)
    sheet.grid([[value]], 20, 20, 46, 20, numbers=2, name="h[1]")
    sheet.text(120, 30, "h_1")
    return sheet


def drawn(window, view=-1):
    return int(window.evaluate("(view) => window.views.at(view).canvas.dataset.drawn ?? 0", view))


def settled(window):
    """How often the newest view was drawn, once that has stopped to grow."""
    before = -1
    while before != drawn(window):
        before = drawn(window)
        window.wait_for_timeout(600)
    return before


def wait_until(window, condition):
    window.wait_for_function(f"() => {{ const view = window.views.at(-1); return {condition} }}", timeout=5000)


def test_numbers_are_written_as_python_writes_them(window):
    open_view(window, sheet_of())
    chooser = random.Random(1)
    values = [0.125, -0.125, 0.005, -0.004, 0.0, -0.0, 1e-9, 12.345, 99.995, 1e6, 0.375, 2.5, 3.5]
    values += [chooser.gauss(0, 1) * 10 ** chooser.randint(-4, 4) for _ in range(3000)]
    values += [n / 1000 for n in range(-3000, 3000, 5)]
    floats = [struct.unpack("f", struct.pack("f", value))[0] for value in values]
    for count in (0, 1, 2, 4):
        found = window.evaluate(
            "([v, n]) => [...Float32Array.from(v)].map(x => window.canvasModule.decimals(x, n))", [floats, count]
        )
        assert found == [letters.decimals(value, count) for value in values]


def test_letters_are_as_wide_as_python_says(window):
    open_view(window, sheet_of())
    chooser = random.Random(2)
    known = [letter for letter in map(chr, range(0x20, 0x250)) if letters.has(letter)]
    words = ["AVATAR To fi Wa.", "hidden_size 5", "≤ −1", *("".join(chooser.choices(known, k=12)) for _ in range(60))]
    for family, bold in (("sans", False), ("sans", True), ("mono", False), ("mono", True)):
        found = window.evaluate(
            """([words, font]) => { const g = document.createElement('canvas').getContext('2d');
               g.fontKerning = 'none'; g.font = font; return words.map(text => g.measureText(text).width) }""",
            [words, f'{"bold " * bold}100px "RNN course {family}"'],
        )
        assert np.allclose(found, [letters.width(text, 100, family, bold) for text in words], atol=0.5)


def test_the_width_that_fits_is_asked_for(window):
    view = open_view(window, sheet_of(), width=930)
    for place, fits in ((930, 900), (1186, 1150), (468, 460), (300, 460), (668, 660)):
        window.evaluate("([v, w]) => { window.views[v].el.style.width = `${w}px` }", [view, place])
        wait_until(window, f"view.model.get('width') === {fits}")
    assert set(window.evaluate("() => window.views.at(-1).model.saved")) <= set(WIDTHS)


def test_a_narrow_place_shrinks_the_picture_and_never_the_page(window):
    view, sheet = open_view(window, sheet_of(), width=90), sheet_of()
    shown = window.evaluate("(v) => window.views[v].canvas.getBoundingClientRect().width", view)
    assert shown == pytest.approx(90, abs=0.5)
    window.evaluate("(v) => { window.views[v].el.style.width = '800px' }", view)
    wait_until(window, f"Math.abs(view.canvas.getBoundingClientRect().width - {sheet.size[0]}) < 0.5")


def test_drawn_when_it_unfolds(window):
    view = open_view(window, sheet_of(0.5))
    window.evaluate("(v) => { window.views[v].el.style.display = 'none' }", view)
    before = drawn(window)
    window.evaluate("(f) => window.views.at(-1).model.arrive(f)", frame(sheet_of(-0.75), revision=2))
    window.wait_for_timeout(100)
    assert drawn(window) == before
    window.evaluate("(v) => { window.views[v].el.style.display = '' }", view)
    wait_until(window, "view.canvas.dataset.revision === '2'")


def test_frames_that_come_at_once_are_not_all_drawn(window):
    open_view(window, sheet_of())
    before = settled(window)
    frames = [frame(sheet_of(n / 50), caption=f"n is {n}", revision=n) for n in range(2, 50)]
    window.evaluate("(frames) => frames.forEach(f => window.views.at(-1).model.arrive(f))", frames)
    wait_until(window, "view.canvas.dataset.revision === '49'")
    assert drawn(window) <= before + 2  # one drawing, and now and then one of the page's own
    assert window.evaluate("() => window.views.at(-1).caption.textContent") == "n is 49"


def test_picture_and_caption_of_one_frame(window):
    """In no painted frame do they belong to different moves."""
    open_view(window, sheet_of(), caption="1")
    window.evaluate("""() => { const view = window.views.at(-1); window.pairs = [];
      const look = () => { window.pairs.push([view.canvas.dataset.revision, view.caption.textContent]); window.watch = requestAnimationFrame(() => setTimeout(look)); };
      requestAnimationFrame(() => setTimeout(look)); }""")
    for n in range(2, 30):
        window.evaluate("(f) => window.views.at(-1).model.arrive(f)", frame(sheet_of(), caption=str(n), revision=n))
        window.wait_for_timeout(15)
    pairs = window.evaluate("() => { cancelAnimationFrame(window.watch); return window.pairs }")
    assert len({revision for revision, _ in pairs}) > 10
    assert all(revision == caption for revision, caption in pairs)


def test_what_was_lost_is_asked_for_after_a_rest(window):
    open_view(window, sheet_of(), values={"seq_len": 7, "sample": 2})
    window.evaluate("() => { window.views.at(-1).model.controls.seq_len.set('value', 20) }")
    window.evaluate(
        "(f) => window.views.at(-1).model.arrive(f)", frame(sheet_of(), revision=5, values={"seq_len": 7, "sample": 2})
    )
    wait_until(window, "view.model.sent.length")
    assert window.evaluate("() => window.views.at(-1).model.sent") == [{"revision": 5, "wanted": {"seq_len": 20}}]


def test_a_caption_is_text_and_stays_one_live_region(window):
    open_view(window, sheet_of(), caption="<b>bold</b>")
    place = window.evaluate_handle("() => window.views.at(-1).caption")
    assert place.evaluate("node => [node.textContent, node.children.length]") == ["<b>bold</b>", 0]
    window.evaluate("(f) => window.views.at(-1).model.arrive(f)", frame(sheet_of(), caption="next", revision=2))
    wait_until(window, "view.canvas.dataset.revision === '2'")
    assert place.evaluate("node => [node.textContent, node.isConnected, node.getAttribute('aria-live')]") == [
        "next",
        True,
        "polite",
    ]
    window.evaluate(
        "() => { window.spoken = 0; new MutationObserver(() => window.spoken++).observe(window.views.at(-1).caption, { childList: true, characterData: true, subtree: true }) }"
    )
    window.evaluate("(f) => window.views.at(-1).model.arrive(f)", frame(sheet_of(0.1), caption="next", revision=3))
    wait_until(window, "view.canvas.dataset.revision === '3'")
    assert window.evaluate("() => window.spoken") == 0


def test_the_theme_follows_the_page(window):
    open_view(window, sheet_of())
    theme = "view.canvas.dataset.theme"
    assert window.evaluate(f"() => {{ const view = window.views.at(-1); return {theme} }}") == "light"
    window.evaluate(
        "() => { document.documentElement.style.background = '#111'; document.body.dataset.jpThemeLight = 'false' }"
    )
    wait_until(window, f"{theme} === 'dark'")
    window.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    wait_until(window, f"{theme} === 'light'")
    window.evaluate("() => dispatchEvent(new Event('afterprint'))")
    wait_until(window, f"{theme} === 'dark'")
    window.evaluate(
        "() => { document.documentElement.style.background = '#fff'; document.body.dataset.jpThemeLight = 'true' }"
    )
    wait_until(window, f"{theme} === 'light'")


def test_forced_colours_are_heeded(window):
    open_view(window, sheet_of())
    window.evaluate(
        "() => { document.documentElement.style.background = ''; document.body.style.background = 'Canvas' }"
    )
    window.emulate_media(forced_colors="active", color_scheme="dark")
    wait_until(window, "view.canvas.dataset.theme === 'dark'")
    window.emulate_media(forced_colors="none", color_scheme="light")
    window.evaluate("() => { document.body.style.background = '' }")


@pytest.mark.parametrize("zoom", [1.0, 1.25, 2.0, 3.0])
def test_sharp_at_every_zoom(window, zoom):
    """The squares' edges lie on whole dots: there are no colours between paper and square."""
    session = window.context.new_cdp_session(window)
    session.send(
        "Emulation.setDeviceMetricsOverride", {"width": 1300, "height": 900, "deviceScaleFactor": zoom, "mobile": False}
    )
    sheet = Sheet(460)
    sheet.grid(np.linspace(-1, 1, 21).reshape(3, 7), 21, 13, 17, 11)
    open_view(window, sheet)
    found = pixels(window)
    assert found.shape[:2] == tuple(round(edge * zoom) for edge in sheet.size[::-1])
    assert set(np.unique(found[..., 3])) == {0, 255}
    session.send("Emulation.clearDeviceMetricsOverride")


def test_drawn_again_when_the_dots_change(window):
    session = window.context.new_cdp_session(window)
    open_view(window, sheet_of())
    width = window.evaluate("() => window.views.at(-1).canvas.width")
    session.send(
        "Emulation.setDeviceMetricsOverride", {"width": 1300, "height": 900, "deviceScaleFactor": 2, "mobile": False}
    )
    wait_until(window, f"view.canvas.width === {2 * width}")
    session.send("Emulation.clearDeviceMetricsOverride")


def test_two_views_of_one_picture_follow_it_both(window):
    first, second = open_view(window, sheet_of()), open_view(window, sheet_of(), width=200)
    for view in (first, second):
        window.evaluate("([v, f]) => window.views[v].model.arrive(f)", [view, frame(sheet_of(-1), revision=2)])
    wait_until(
        window,
        f"window.views[{first}].canvas.dataset.revision === '2' && window.views[{second}].canvas.dataset.revision === '2'",
    )


def test_a_removed_view_is_silent(window):
    open_view(window, sheet_of())
    window.evaluate("() => window.views.at(-1).stop()")
    before = drawn(window)
    window.evaluate("() => { window.views.at(-1).el.style.width = '300px'; document.body.dataset.jpThemeLight = 'x' }")
    window.wait_for_timeout(600)
    assert drawn(window) == before
    assert window.evaluate("() => window.views.at(-1).model.sent") == []
