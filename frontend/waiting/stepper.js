import { part, say, stamp } from "../shared/dom/dom.js";
import { soFar } from "./progress.js";
import { stageTime } from "./times.js";

/**
 * @typedef {import("../shared/text/i18n.js").Words} Words
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./view.js").StageView} StageView
 * @typedef {import("./view.js").View} View
 */

/**
 * The stages, and the bays of the drawn hall with them.
 *
 * @param {Words} words
 * @param {View} view
 */
export function paintStages(words, view) {
  const items = itemsFor(view.stages);
  view.stages.forEach((stage, index) => paintStage(words, items[index], stage));
  for (const [bay, step] of view.bays.entries()) {
    const drawn = document.querySelectorAll(`[data-bay="${bay + 1}"]`);
    drawn.forEach((shape) => shape.setAttribute("data-step", step));
  }
}

/**
 * @param {Words} words
 * @param {State} state
 * @param {View} view
 * @param {number} age seconds since the state was said
 */
export function paintStageTimes(words, { wake }, view, age) {
  const taken = wake && view.running ? soFar(wake) + age : null;
  itemsFor(view.stages).forEach((item, index) => {
    say(part("time", item), stageTime(words, view.stages[index], taken));
  });
}

/**
 * One item for each stage; made anew only when there are other stages.
 *
 * @param {StageView[]} stages
 */
function itemsFor(stages) {
  const list = part("stages");
  const same = stages.map(({ name }) => name).join() === names(list).join();
  if (!same) list.replaceChildren(...stages.map(makeItem));
  return /** @type {HTMLElement[]} */ ([...list.children]);
}

/** @param {HTMLElement} list */
function names(list) {
  return [...list.children].map((item) => item.getAttribute("data-stage"));
}

/** @param {StageView} stage */
function makeItem({ name }) {
  const item = stamp("stage");
  item.dataset.stage = name;
  return item;
}

/**
 * @param {Words} words
 * @param {HTMLElement} item
 * @param {StageView} stage
 */
function paintStage(words, item, { name, step }) {
  item.dataset.step = step;
  item.toggleAttribute("aria-current", false);
  if (step === "now") item.setAttribute("aria-current", "step");
  item.querySelector("use")?.setAttribute("href", `#mark-${step}`);
  say(part("label", item), words(`stage.${name}`));
  say(part("step", item), words(`stage.step.${step}`));
}
