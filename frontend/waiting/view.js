/**
 * What the page shows of a state: what Hall decided (`interface/wire/page.py`), but for what depends on this visitor alone.
 *
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./protocol.js").Page} Page
 * @typedef {import("./protocol.js").PageStage} StageView
 * @typedef {Omit<Page, "phase"> & {phase: Page["phase"]|"way", headline: string}} View `headline` is a key; "way": all is ready but the way
 */

/** What is said to those who want to stay. @type {Record<string, string>} */
const STAYING = {
  "waiting.lead.ready": "waiting.lead.staying",
  "waiting.lead.way": "waiting.lead.way_staying",
  "waiting.lead.closed": "waiting.lead.closed_staying",
  "waiting.lead.held": "waiting.lead.held_staying",
};

/**
 * @param {State} state
 * @param {{staying?: boolean, blocked?: boolean}} [way] whether the visitor wants to stay; whether all is ready but the way
 * @returns {View}
 */
export function viewOf({ ready, page }, { staying = false, blocked = false } = {}) {
  const onlyTheWay = ready && blocked;
  const phase = onlyTheWay ? "way" : page.phase;
  const lead = onlyTheWay ? "waiting.lead.way" : page.lead;
  const headline = `waiting.headline.${phase}`;
  return { ...page, phase, headline, lead: (staying && STAYING[lead]) || lead };
}
