"""The canvas of the live pictures in a blank page: the real `canvas.js`, a model that a test holds, no server."""

import base64
import io
from importlib import resources

import numpy as np
from PIL import Image

from helpers.drawing import colours
from helpers.drawing.live import Canvas
from helpers.drawing.sheet import WIDTHS
from helpers.drawing.wire import pack

DRAWING = resources.files("helpers.drawing")

# A model like the one that a front end hands to `render`: `saved` and `sent` are what reached the kernel.
MODEL = """
window.view = async ([code, traits, files, width, dark]) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  document.documentElement.style.background = dark ? '#111111' : '#ffffff';
  document.body.style.margin = 0;
  const el = document.createElement('div'), heard = {};
  el.style.width = `${width}px`;
  document.body.append(el);
  const values = { ...traits, frame: bytes(traits.frame), scales: traits.scales.map(bytes) };
  const controls = Object.fromEntries(Object.entries(traits.values).map(([name, value]) => [name, new Map([['value', value]])]));
  const model = {
    saved: [], sent: [],
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; },
    save_changes: () => model.saved.push(values.width),
    send: (content) => model.sent.push(content),
    on: (event, act) => { (heard[event] ??= []).push(act); },
    off: (event, act) => { heard[event] = heard[event].filter((other) => other !== act); },
    arrive: (frame) => { values.frame = bytes(frame); heard['change:frame'].forEach((act) => act()); },
    controls,
    widget_manager: { get_model: async (id) => id === 'fonts' ? new Map([['files', Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, bytes(file)]))]]) : controls[id] },
  };
  const module = await import(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
  window.canvasModule = module;
  const stop = module.default.render({ model, el });
  window.views ??= [];
  window.views.push({ el, model, stop, canvas: el.querySelector('canvas'), caption: el.querySelector('.course-caption') });
  return window.views.length - 1;
};
"""


def _text(data):
    return base64.b64encode(data).decode("ascii")


def frame(sheet, caption="", revision=1, values=None):
    """A frame as text, as the page takes it."""
    return _text(pack(sheet, caption=caption, revision=revision, values=values or {}))


def open_view(page, sheet, width=None, dark=False, caption="", values=None, alt="a picture"):
    """Show a sheet in the page; returns the number of the view once it is drawn."""
    fonts = {
        name: _text((DRAWING / "fonts" / f"{name}.woff").read_bytes())
        for name in ("sans", "sans-bold", "mono", "mono-bold")
    }
    values = values or {}
    traits = {
        "frame": frame(sheet, caption, values=values), "fonts": "fonts", "alt": alt, "widths": list(WIDTHS),
        "width": sheet.width, "controls": {name: name for name in values}, "values": values,
        "palettes": [{name: pair[i] for name, pair in colours.PALETTE.items()} for i in (0, 1)],
        "scales": [_text(colours.SCALES[theme].tobytes()) for theme in colours.THEMES],
    }  # fmt: skip
    if not page.evaluate("() => Boolean(window.view)"):
        page.add_script_tag(content=MODEL)
    code = Canvas._esm
    view = page.evaluate("(all) => window.view(all)", [code, traits, fonts, width or sheet.size[0], dark])
    page.wait_for_function(f"() => window.views[{view}].canvas.dataset.drawn", timeout=10_000)
    return view


def pixels(page, view=-1):
    """The dots of a view's canvas on its page's ground, (height, width, 4) bytes."""
    data = page.evaluate("(view) => window.views.at(view).canvas.toDataURL()", view)
    return np.array(Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGBA"))


def close_views(page):
    """Take all views off the page."""
    page.evaluate(
        "() => { for (const view of window.views ?? []) { view.stop(); view.el.remove(); } window.views = []; }"
    )
