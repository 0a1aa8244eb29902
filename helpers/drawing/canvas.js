// A live picture in the page: sharp, in the page's light or dark, and never behind the kernel for long.

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
  canvas.setAttribute("aria-label", model.get("alt"));
  caption.className = "course-caption";
  caption.setAttribute("role", "status");
  caption.setAttribute("aria-live", "polite");
  const place = document.createElement("div"), explanation = document.createElement("p");
  place.className = "course-canvas";
  place.append(canvas);
  explanation.className = "course-explanation";
  explanation.setAttribute("aria-live", "polite");
  el.classList.add("course-picture");
  el.append(place, explanation, caption);

  const scales = model.get("scales").map(scaleOf), palettes = model.get("palettes");
  let frame, ready = false, asked = 0, drawn = 0, dots = 0, printing = false, resting, removed = false;

  const shownAt = () => Math.min(1, el.clientWidth / frame.head.size[0]);
  const read = () => (frame = unpack(model.get("frame")));

  function draw() {
    asked = 0;
    if (removed) return;
    for (const [part, words] of [[caption, frame.head.caption], [explanation, (frame.head.explanation ?? "").replaceAll("; ", ";\n")]]) {
      if (part.textContent !== words) part.textContent = words;
    }
    if (!ready || !el.clientWidth) return; // folded away: drawn when it has a width
    const [width, height] = frame.head.size, shown = shownAt();
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
    touching.update();
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
      if (!removed) tell(model, { revision: frame.head.revision, wanted });
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
  const touching = touch(canvas, model, () => frame, shownAt);
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
    touching.stop();
    sizes.disconnect();
    model.off("change:frame", arrived);
  };
}

export default { render };
