import { part, show } from "../shared/dom/dom.js";

/** @typedef {import("./protocol.js").State} State */

/**
 * The button asks for a wake without leaving the page; without scripts it is a plain form.
 *
 * @param {() => Promise<State>} wake
 * @param {(state: State) => void} answered
 */
export function takeOverAsk(wake, answered) {
  part("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (part("ask-button").getAttribute("aria-disabled") !== "true") void ask(wake, answered);
  });
}

/**
 * @param {() => Promise<State>} wake
 * @param {(state: State) => void} answered
 */
async function ask(wake, answered) {
  const button = part("ask-button");
  show(part("problem"), false);
  button.setAttribute("aria-disabled", "true");
  try {
    answered(await wake());
  } catch {
    show(part("problem"), true);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/**
 * The way to stay, for this page only: nothing is kept.
 *
 * @param {(staying: boolean) => void} changed
 */
export function offerStay(changed) {
  const button = part("stay");
  button.addEventListener("click", () => {
    const staying = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(staying));
    changed(staying);
  });
  show(button, true);
}
