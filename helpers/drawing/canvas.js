// Draws a sheet on a canvas, at the screen's own resolution, in the page's light or dark. What a frame holds is written
// by `wire.py`; colours and numbers are made from the values here, by the same rules as in `colours.py` and `letters.py`.

const TEXT = 13, CAPITAL = 0.73, HEAD = 8, SIDE = 0.45;
const CORNERS = { square: [4, Math.PI / 4], triangle: [3, -Math.PI / 2], diamond: [4, 0] };
const WORDS = -2; // in place of a number of decimals: the words stand in the head
const REST = 400; // milliseconds without a frame after which the page asks whether it has missed something

// One set of fonts for the page, whichever explorer comes first. Without them the page's own have to do.
function fonts(model) {
  const page = globalThis;
  page.rnnCourseFonts ??= load(model).catch(() => {
    page.rnnCourseFonts = undefined;
  });
  return page.rnnCourseFonts;
}

async function load(model) {
  const holder = await model.widget_manager.get_model(model.get("fonts"));
  const files = holder.get("files");
  const faces = Object.entries(files).map(([name, file]) => {
    const bold = name.endsWith("-bold");
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    return new FontFace(`RNN course ${name.replace("-bold", "")}`, bytes, { weight: bold ? "bold" : "normal" });
  });
  for (const face of await Promise.all(faces.map((face) => face.load()))) document.fonts.add(face);
}

function fontOf(size, family, bold) {
  const others = family === "mono" ? "monospace" : "sans-serif";
  return `${bold ? "bold " : ""}${size}px "RNN course ${family}", "DejaVu Sans${family === "mono" ? " Mono" : ""}", ${others}`;
}

export function decimals(value, count) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "−∞";
  const power = 10 ** count;
  const whole = Math.floor(Math.abs(value) * power + 0.5);
  const sign = value < 0 && whole ? "−" : "";
  if (!count) return sign + whole;
  return `${sign}${Math.floor(whole / power)}.${String(whole % power).padStart(count, "0")}`;
}

// The bytes of a frame as its head and one array of all numbers.
function unpack(bytes) {
  const length = bytes.getUint32(0, true), start = bytes.byteOffset + 4;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes.buffer, start, length)));
  const rest = bytes.buffer.slice(start + length, bytes.byteOffset + bytes.byteLength);
  return { head, numbers: new Float32Array(rest) };
}

// 513 colours from -limit to limit, each with the colour of the words on it.
function scaleOf(bytes) {
  const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  return Array.from({ length: bytes.byteLength / 3 }, (_, level) => {
    const [r, g, b] = [0, 1, 2].map((channel) => bytes.getUint8(3 * level + channel));
    const light = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    return { fill: `rgb(${r},${g},${b})`, words: light >= Math.sqrt(0.0525) - 0.05 ? "#000000" : "#ffffff" };
  });
}

function levelOf(value, limit) {
  const share = Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value / limit));
  return Math.floor((share + 1) * 256 + 0.5);
}

// A pen that draws on one canvas: `k` of its dots are a pixel of the sheet. Edges of squares and boxes are put on whole
// dots, so that they are sharp at every zoom.
class Pen {
  constructor(canvas, k, palette, scale) {
    Object.assign(this, { k, palette, scale, g: canvas.getContext("2d"), at: 0 });
    this.g.clearRect(0, 0, canvas.width, canvas.height);
    this.g.fontKerning = "none";
    this.g.textBaseline = "alphabetic";
  }

  draw(frame) {
    this.head = frame.head;
    this.n = frame.numbers;
    const starts = this.skip();
    this.lines();
    this.fills(starts.fills, starts.values);
    this.at = starts.spots;
    this.heads.forEach((head) => this.shape(...head));
    this.spots();
    this.boxes();
    this.texts();
    for (const [words, x, y, colour] of this.written) this.word(words, x, y, colour, TEXT, "center", "sans", false);
  }

  // Where the numbers of each kind start: they stand in the order of `wire.py`, and are drawn in another.
  skip() {
    let at = 0;
    for (const [, , , , count] of this.head.lines) for (let i = 0; i < count; i++) at += 1 + 2 * this.n[at];
    const spots = at;
    for (const group of this.head.spots) at += 3 * group[2];
    for (const group of this.head.boxes) at += 4 * group[3];
    for (const group of this.head.texts) at += 2 * group[5].length;
    const fills = at;
    for (const _ of this.order(fills)) at = this.at;
    return { spots, fills, values: at };
  }

  *order(start) {
    this.at = start;
    let words = 0, grids = 0;
    for (let i = 0; i < this.count(); i++) {
      if (this.n[this.at++] === 0) {
        const [left, top, right, bottom] = this.take(4);
        yield { left, top, right, bottom, colour: this.head.fills[words++] };
      } else {
        const [left, top, width, height, rows, columns, limit, gap, count] = this.take(9);
        const said = count === WORDS ? this.head.fills[words++] : null;
        yield { left, top, width, height, rows, columns, limit, gap, count, said, grid: grids++ };
      }
    }
  }

  count() {
    const words = this.head.fills;
    return this.head.grids.length + words.filter((word) => typeof word === "string").length;
  }

  take(count) {
    this.at += count;
    return this.n.subarray(this.at - count, this.at);
  }

  colour(name) {
    return this.palette[name];
  }

  lines() {
    this.at = 0;
    this.heads = [];
    const { g, k } = this;
    for (const [colour, width, dashed, head, count] of this.head.lines) {
      g.strokeStyle = this.colour(colour);
      g.lineWidth = width * k;
      g.setLineDash(dashed ? [4 * width * k, 2 * width * k] : []);
      g.beginPath();
      for (let i = 0; i < count; i++) {
        const points = this.take(2 * this.n[this.at++]), last = points.length - 2;
        let [x, y] = [points[last], points[last + 1]];
        if (head) {
          const [dx, dy] = [x - points[last - 2], y - points[last - 1]], length = Math.max(Math.hypot(dx, dy), 1e-9);
          const [along, across] = [dx / length, dy / length], [bx, by] = [x - along * HEAD, y - across * HEAD];
          const side = HEAD * SIDE;
          this.heads.push([colour, [x, y, bx - across * side, by + along * side, bx + across * side, by - along * side]]);
          [x, y] = [x - along * HEAD * 0.8, y - across * HEAD * 0.8];
        }
        for (let p = 0; p < last; p += 2) {
          if (p) g.lineTo(points[p] * k, points[p + 1] * k);
          else g.moveTo(points[p] * k, points[p + 1] * k);
        }
        g.lineTo(x * k, y * k);
      }
      g.stroke();
    }
    g.setLineDash([]);
  }

  shape(colour, corners) {
    const { g, k } = this;
    g.fillStyle = this.colour(colour);
    g.beginPath();
    for (let i = 0; i < corners.length; i += 2) g.lineTo(corners[i] * k, corners[i + 1] * k);
    g.fill();
  }

  fills(start, values) {
    const { g, k } = this;
    this.written = [];
    let value = values;
    for (const fill of this.order(start)) {
      if (fill.colour) {
        const [left, top] = [Math.round(fill.left * k), Math.round(fill.top * k)];
        g.fillStyle = this.colour(fill.colour);
        g.fillRect(left, top, Math.round(fill.right * k) - left, Math.round(fill.bottom * k) - top);
        continue;
      }
      const { left, top, width, height, rows, columns, limit, gap, count, said } = fill;
      for (let row = 0; row < rows; row++) {
        const y0 = Math.round((top + row * height) * k), y1 = Math.round((top + (row + 1) * height - gap) * k);
        for (let column = 0; column < columns; column++) {
          const number = this.n[value++], shade = this.scale[levelOf(number, limit)];
          const x0 = Math.round((left + column * width) * k), x1 = Math.round((left + (column + 1) * width - gap) * k);
          g.fillStyle = shade.fill;
          g.fillRect(x0, y0, x1 - x0, y1 - y0);
          if (count === -1) continue;
          const words = said ? said[row * columns + column] : decimals(number, count);
          const [x, y] = [left + column * width + (width - gap) / 2, top + row * height + (height - gap) / 2];
          this.written.push([words, x, y, shade.words]);
        }
      }
    }
  }

  spots() {
    for (const [shape, colour, count] of this.head.spots) {
      for (let i = 0; i < count; i++) {
        const [x, y, size] = this.take(3);
        if (shape === "circle") {
          this.g.fillStyle = this.colour(colour);
          this.g.beginPath();
          this.g.arc(x * this.k, y * this.k, (size / 2) * this.k, 0, 7);
          this.g.fill();
          continue;
        }
        const [corners, start] = CORNERS[shape], points = [];
        for (let corner = 0; corner < corners; corner++) {
          const angle = start + (2 * Math.PI * corner) / corners, radius = (size / 2) * 1.28;
          points.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
        }
        this.shape(colour, points);
      }
    }
  }

  boxes() {
    const { g, k } = this;
    for (const [colour, width, dashed, count] of this.head.boxes) {
      const line = Math.max(1, Math.round(width * k));
      g.strokeStyle = this.colour(colour);
      g.lineWidth = line;
      g.setLineDash(dashed ? [4 * line, 2 * line] : []);
      for (let i = 0; i < count; i++) {
        const [left, top, right, bottom] = this.take(4).map((edge) => Math.round(edge * k));
        g.strokeRect(left - line / 2, top - line / 2, right - left + line, bottom - top + line);
      }
    }
    g.setLineDash([]);
  }

  texts() {
    for (const [colour, size, align, family, bold, list] of this.head.texts) {
      for (const words of list) {
        const [x, y] = this.take(2);
        this.word(words, x, y, this.colour(colour), size, align, family, bold);
      }
    }
  }

  word(words, x, y, colour, size, align, family, bold) {
    const { g, k } = this, font = fontOf(size * k, family, bold);
    if (g.font !== font) g.font = font;
    g.fillStyle = colour;
    g.textAlign = align;
    g.fillText(words, x * k, (y + (size * CAPITAL) / 2) * k);
  }
}

// Whether the page behind a node is dark: of the first background that is not see-through.
function isDark(node) {
  for (let here = node; here; here = here.parentElement) {
    const parts = getComputedStyle(here).backgroundColor.match(/[\d.]+/g)?.map(Number);
    if (parts && (parts.length < 4 || parts[3] > 0.5)) return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 128;
  }
  return false;
}

// Calls `changed` when the page may look different and `differs` says so: its attributes change for many reasons.
function watchTheme(differs, changed) {
  const look = () => differs() && changed();
  const later = () => [0, 50, 400].forEach((wait) => setTimeout(look, wait)); // style sheets come after their names
  const themes = new MutationObserver(later);
  themes.observe(document.body, { attributes: true });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  queries.forEach((query) => query.addEventListener("change", later));
  return () => {
    themes.disconnect();
    queries.forEach((query) => query.removeEventListener("change", later));
  };
}

// Calls `changed` when the node has more or fewer of the screen's dots: by zoom, or on another screen.
function watchDots(node, changed) {
  const dots = new ResizeObserver(changed);
  try {
    dots.observe(node, { box: "device-pixel-content-box" });
  } catch {
    dots.observe(node); // a browser that cannot tell
  }
  return () => dots.disconnect();
}

function render({ model, el }) {
  const canvas = document.createElement("canvas"), caption = document.createElement("p");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", model.get("alt"));
  caption.className = "course-caption";
  caption.setAttribute("role", "status");
  caption.setAttribute("aria-live", "polite");
  el.classList.add("course-picture");
  el.append(canvas, caption);

  const scales = model.get("scales").map(scaleOf), palettes = model.get("palettes");
  let frame, ready = false, asked = 0, drawn = 0, dots = 0, printing = false, resting, removed = false;

  const read = () => (frame = unpack(model.get("frame")));

  function draw() {
    asked = 0;
    if (removed) return;
    if (caption.textContent !== frame.head.caption) caption.textContent = frame.head.caption;
    const place = el.clientWidth;
    if (!ready || !place) return; // folded away: drawn when it has a width
    const [width, height] = frame.head.size, shown = Math.min(1, place / width);
    dots = devicePixelRatio || 1;
    const k = shown * dots;
    canvas.style.width = `${width * shown}px`;
    canvas.style.height = `${height * shown}px`;
    const [across, down] = [Math.round(width * k), Math.round(height * k)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    const dark = Number(!printing && isDark(el));
    new Pen(canvas, k, palettes[dark], scales[dark]).draw(frame);
    canvas.dataset.theme = dark ? "dark" : "light";
    canvas.dataset.revision = frame.head.revision;
    canvas.dataset.drawn = ++drawn;
  }

  const soon = () => (asked ||= requestAnimationFrame(draw));

  // A message that is lost, in either direction, must not leave an older picture: after a rest the page says which
  // frame it has, and which values its controls show where the frame was drawn for others.
  function rest() {
    clearTimeout(resting);
    resting = setTimeout(async () => {
      const wanted = {};
      for (const [name, id] of Object.entries(model.get("controls"))) {
        const control = await model.widget_manager.get_model(id).catch(() => null);
        const now = control?.get("index") ?? control?.get("value");
        if (now !== undefined && now !== frame.head.values[name]) wanted[name] = now;
      }
      if (!removed) model.send({ revision: frame.head.revision, wanted });
    }, REST);
  }

  function arrived() {
    read();
    soon();
    rest();
  }

  function resized() {
    const place = el.clientWidth;
    if (!place) return;
    const fits = model.get("widths").filter((width) => width <= place).pop() ?? model.get("widths")[0];
    if (fits !== model.get("width")) {
      model.set("width", fits);
      model.save_changes();
    }
    soon();
  }

  const print = (now) => () => {
    printing = now;
    draw();
  };
  const [before, after] = [print(true), print(false)];
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  const unwatch = [watchTheme(() => isDark(el) !== (canvas.dataset.theme === "dark"), soon), watchDots(canvas, () => devicePixelRatio !== dots && soon())], sizes = new ResizeObserver(resized);
  sizes.observe(el);
  model.on("change:frame", arrived);
  read();
  fonts(model).then(() => {
    ready = true;
    draw();
  });
  rest();
  return () => {
    removed = true;
    clearTimeout(resting);
    cancelAnimationFrame(asked);
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
    unwatch.forEach((stop) => stop());
    sizes.disconnect();
    model.off("change:frame", arrived);
  };
}

export default { render };
