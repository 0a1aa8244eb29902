// What a learner points at, walks to or keeps: a square of a grid or a point of a curve, its value, and where it came from.
// The page finds it without the kernel; a kept one is told to the kernel, which answers with the sum that made it.

const NEAR = 10; // pixels around the point of a curve that count as on it
const SMALL = 12; // pixels: in a square less high or wide, a frame inside would cover all of it
const TALL = 150; // pixels: further below the top of its grid a square has its tip at itself

// A kernel that has ended hears nothing, which is said beside the picture; what is on the page can still be pointed at.
function tell(model, content) {
  try {
    model.send(content);
  } catch {}
}

function number(value) {
  if (Math.abs(value) >= 10 && Number.isInteger(value)) return decimals(value, 0);
  return value && Math.abs(value) < 0.001 ? value.toExponential(3).replaceAll("-", "−") : decimals(value, 4);
}

// All that can be touched in a frame: grids with their squares, curves with their points, in pixels of the sheet.
function touchables(frame) {
  const { head, numbers } = frame, found = [];
  for (const fill of order(frame)) {
    if (fill.grid === undefined || !head.grids[fill.grid][0]) continue;
    const [name, , sources, first] = head.grids[fill.grid], { left, top, width, height, rows, columns, gap, at } = fill;
    const place = (row, column) => ({ left: left + column * width, top: top + row * height, width: width - gap, height: height - gap });
    const value = (row, column) => numbers[at + row * columns + column];
    const called = name.includes(" ") && !name.includes("[") ? `(${name})` : name; // (new h)[3]
    const label = (row, column) => `${called}[${columns === 1 ? row + first[0] : `${row + first[0]}, ${column + first[1]}`}]`;
    found.push({ name, sources, rows, columns, place, value, label, whole: { left, top, width: width * columns - gap, height: height * rows - gap } });
  }
  let at = frame.starts.curves;
  for (const [name, indices] of head.curves) {
    const points = indices.map((_, i) => numbers.subarray(at + 3 * i, at + 3 * i + 3));
    at += 3 * indices.length;
    const place = (row) => ({ left: points[row][0] - 6, top: points[row][1] - 6, width: 12, height: 12 });
    found.push({ name, sources: [], rows: indices.length, columns: 1, curve: true, place, value: (row) => points[row][2], label: (row) => `${name}[${indices[row]}]` });
  }
  return found;
}

function inside(box, x, y) {
  return x >= box.left && x < box.left + box.width + 1 && y >= box.top && y < box.top + box.height + 1;
}

// The square or point at a place of the sheet: of the grid that was put down last, and of a curve the nearest point.
function touched(grids, x, y) {
  for (const grid of grids.toReversed()) {
    if (grid.curve) {
      const far = Array.from({ length: grid.rows }, (_, row) => {
        const box = grid.place(row);
        return Math.hypot(box.left + 6 - x, box.top + 6 - y);
      });
      const row = far.indexOf(Math.min(...far));
      if (far[row] <= NEAR) return { grid, row, column: 0 };
    } else if (inside(grid.whole, x, y)) {
      const first = grid.place(0, 0), next = grid.place(Math.min(1, grid.rows - 1), Math.min(1, grid.columns - 1));
      const wide = grid.columns > 1 ? next.left - first.left : Infinity, high = grid.rows > 1 ? next.top - first.top : Infinity;
      const row = Math.min(grid.rows - 1, Math.floor((y - first.top) / high)), column = Math.min(grid.columns - 1, Math.floor((x - first.left) / wide));
      return { grid, row, column };
    }
  }
  return null;
}

// The next square in a direction: in the same grid, or else in the nearest grid that lies that way.
function neighbour(grids, { grid, row, column }, [right, down]) {
  const [nextRow, nextColumn] = grid.curve ? [row + right + down, 0] : [row + down, column + right];
  if (nextRow >= 0 && nextRow < grid.rows && nextColumn >= 0 && nextColumn < grid.columns) return { grid, row: nextRow, column: nextColumn };
  const from = grid.place(row, column), middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (const other of grids) {
    if (other === grid) continue;
    for (let r = 0; r < other.rows; r++) {
      for (let c = 0; c < other.columns; c++) {
        const [a, b] = middle(other.place(r, c)), along = right * (a - x) + down * (b - y), aside = Math.abs(down * (a - x)) + Math.abs(right * (b - y));
        if (along > 1 && along + 3 * aside < least) [best, least] = [{ grid: other, row: r, column: c }, along + 3 * aside];
      }
    }
  }
  return best;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Touch on one canvas. `frame` and `shown` (how large a pixel of the sheet is on the page) are asked for when needed.
function touch(canvas, model, frame, shown) {
  const layer = document.createElement("div"), tip = document.createElement("div"), spoken = document.createElement("span");
  layer.className = "course-touch";
  tip.className = "course-tip";
  spoken.className = "course-hidden";
  spoken.setAttribute("aria-live", "polite");
  canvas.parentElement.append(layer, spoken);
  layer.append(tip);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  let grids = [], read = null, now = null, byKey = false;

  const all = () => {
    if (read !== frame()) [read, grids] = [frame(), touchables(frame())];
    return grids;
  };
  const find = (kept) => {
    const grid = kept && all().find((one) => one.name === kept[0]);
    return grid && kept[1] < grid.rows && kept[2] < grid.columns ? { grid, row: kept[1], column: kept[2] } : null;
  };
  const kept = () => find(frame().head.selected);
  const words = ({ grid, row, column }) => `${grid.label(row, column)} = ${number(grid.value(row, column))}`;

  const same = (one, other) => one && other && one.grid === other.grid && one.row === other.row && one.column === other.column;

  function frameOf(box, kind, round) {
    const k = shown(), mark = document.createElement("div"), small = Math.min(box.width, box.height) * k < SMALL;
    mark.className = `course-frame ${kind}`;
    mark.classList.toggle("course-small", small);
    mark.classList.toggle("course-point", Boolean(round));
    const edge = small && kind === "course-kept" ? 5 : 3;
    Object.assign(mark.style, { left: `${box.left * k - edge}px`, top: `${box.top * k - edge}px`, width: `${box.width * k + 2 * edge}px`, height: `${box.height * k + 2 * edge}px` });
    return mark;
  }

  function show() {
    const held = kept(), here = now ?? held;
    layer.replaceChildren(tip);
    tip.hidden = !here;
    canvas.dataset.touched = here ? words(here) : "";
    if (!here) return;
    for (const source of here.grid.sources) {
      const other = all().find((one) => one.name === source);
      if (other) layer.append(frameOf(other.whole, "course-source"));
    }
    if (held) layer.append(frameOf(held.grid.place(held.row, held.column), "course-kept", held.grid.curve));
    if (!same(here, held)) layer.append(frameOf(here.grid.place(here.row, here.column), "course-here", here.grid.curve));
    tip.textContent = words(here);
    const k = shown(), box = here.grid.place(here.row, here.column), { whole = box } = here.grid, room = canvas.clientWidth - tip.offsetWidth;
    const [top, bottom] = [(place) => place.top * k, (place) => (place.top + place.height) * k]; // beside the grid, not on its numbers
    const above = top(top(box) - top(whole) < TALL ? whole : box) - tip.offsetHeight - 8, below = bottom(bottom(whole) - bottom(box) < TALL ? whole : box) + 8;
    tip.style.left = `${Math.max(0, Math.min(room, (box.left + box.width / 2) * k - tip.offsetWidth / 2))}px`;
    tip.style.top = `${above >= 0 ? above : below}px`;
  }

  function at(event) {
    const place = canvas.getBoundingClientRect(), k = place.width / frame().head.size[0]; // on a page that is enlarged, too
    return touched(all(), (event.clientX - place.left) / k, (event.clientY - place.top) / k);
  }

  function move(event) {
    if (event.pointerType === "touch") return;
    now = at(event);
    byKey = false;
    show();
  }

  function leave() {
    if (byKey) return;
    now = null;
    show();
  }

  function keep(here) {
    tell(model, { select: here && [here.grid.name, here.row, here.column] });
    if (here) spoken.textContent = words(here);
  }

  // What is kept goes along, so that the line below the picture says the same number as the frames.
  function walk(to) {
    now = to;
    byKey = true;
    if (now && kept()) keep(now);
    else if (now) spoken.textContent = words(now);
  }

  function click(event) {
    canvas.focus({ preventScroll: true });
    now = at(event);
    keep(now);
    show();
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    const way = ARROWS[event.key];
    if (way) {
      const from = (byKey && now && find([now.grid.name, now.row, now.column])) || kept();
      walk(from ? (neighbour(all(), from, way) ?? from) : all().length ? { grid: all()[0], row: 0, column: 0 } : null);
    } else if (event.key === "Home" || event.key === "End") {
      const { grid } = (byKey && now) || kept() || { grid: all()[0] };
      walk(grid && (event.key === "Home" ? { grid, row: 0, column: 0 } : { grid, row: grid.rows - 1, column: grid.columns - 1 }));
    } else if (event.key === "+" || event.key === "-" || event.key === "−") {
      tell(model, { step: event.key === "+" ? 1 : -1 });
    } else if (event.key === "Enter" || event.key === " ") {
      if (now) keep(now);
    } else if (event.key === "Escape") {
      now = null;
      keep(null);
      spoken.textContent = "";
    } else return;
    event.preventDefault();
    event.stopPropagation();
    show();
    if (byKey) for (const part of [tip, layer.lastChild]) part.scrollIntoView({ block: "nearest" });
  }

  // JupyterLab and Notebook 7 leave all keys to the picture but the one that saves. They look before the canvas does.
  const leaveKeys = (event) => canvas.toggleAttribute("data-lm-suppress-shortcuts", !((event.ctrlKey || event.metaKey) && event.key === "s"));
  addEventListener("keydown", leaveKeys, true);
  const heard = { pointermove: move, pointerleave: leave, click, keydown: key, blur: () => ((byKey = false), leave()) };
  for (const [name, act] of Object.entries(heard)) canvas.addEventListener(name, act);
  return {
    // A new frame was drawn: what is pointed at is looked up in it.
    update() {
      if (now) now = find([now.grid.name, now.row, now.column]);
      show();
    },
    stop() {
      removeEventListener("keydown", leaveKeys, true);
      for (const [name, act] of Object.entries(heard)) canvas.removeEventListener(name, act);
      layer.remove();
      spoken.remove();
    },
  };
}
