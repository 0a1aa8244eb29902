// What the standard widgets leave out on the page. It runs beside an explorer, looks only inside the box that
// holds it (class "course-widget"), and adds names and states that a screen reader says.

function set(node, name, value) {
  if (node && value !== undefined && node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function fill(sentence, name) {
  return sentence.replace("{name}", name);
}

function describe(box, words) {
  for (const slider of box.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label").textContent;
    const handle = slider.querySelector(".noUi-handle");
    const readout = slider.querySelector(".widget-readout");
    set(handle, "aria-label", name);
    set(handle, "aria-valuetext", readout?.textContent); // a slider over choices would say their number instead
    if (readout?.isContentEditable) {
      set(readout, "role", "textbox");
      set(readout, "aria-label", fill(words.readout, name));
    }
  }
  for (const button of box.querySelectorAll(".widget-play button")) {
    const does = ["play", "pause", "stop", "retweet"].find((icon) => button.querySelector(`.fa-${icon}`));
    set(button, "aria-label", words[does]);
    set(button, "title", words[does]);
  }
  for (const group of box.querySelectorAll(".widget-toggle-buttons")) {
    set(group, "role", "group");
    set(group, "data-lm-suppress-shortcuts", "true"); // an arrow key would leave for another cell
    set(group, "aria-label", group.querySelector(".widget-label").textContent || words.choices);
    for (const button of group.querySelectorAll("button")) {
      set(button, "aria-pressed", String(button.classList.contains("mod-active")));
    }
  }
  // The place stays and its words change: a new live region with words in it would not be said.
  for (const place of box.querySelectorAll(".course-spoken .widget-html-content")) {
    set(place, "role", "status");
    set(place, "aria-live", "polite");
  }
}

// The kernel that these sliders belong to has ended or was restarted: they move, and nothing answers any more.
const DISCONNECTED = ".jupyter-widgets-disconnected";

function say(place, sentence) {
  if (place.firstChild) return;
  const said = document.createElement("p");
  said.className = "course-ended";
  set(said, "role", "alert");
  said.textContent = sentence;
  place.append(said);
}

function render({ model, el }) {
  const words = model.get("words");
  let watcher, waiting;

  function begin() {
    const box = el.closest(".course-widget");
    if (!box) {
      waiting = setTimeout(begin, 100); // not on the page yet
      return;
    }
    const look = () => {
      describe(box, words);
      if (box.matches(DISCONNECTED) || box.querySelector(DISCONNECTED)) say(el, words.ended);
    };
    look();
    watcher = new MutationObserver(look);
    watcher.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
  }

  begin();
  return () => {
    clearTimeout(waiting);
    watcher?.disconnect();
  };
}

// A play button goes on from where its slider was put by hand. Only the page is told: a message to the kernel at every
// move of the slider would hold its picture up.
async function initialize({ model }) {
  for (const ids of model.get("players")) {
    const [play, slider] = await Promise.all(ids.map((id) => model.widget_manager.get_model(id)));
    slider.on("change:value", () => play.set("value", slider.get("value")));
  }
}

export default { initialize, render };
