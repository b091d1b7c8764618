import { embedded, part, show } from "../shared/dom/dom.js";
import { connect } from "../shared/net/connection.js";
import { Link } from "../shared/net/link.js";
import { Store } from "../shared/state/store.js";
import { Clock } from "../shared/text/clock.js";
import { speak } from "../shared/text/i18n.js";
import { offerStay, takeOverAsk } from "./actions.js";
import { Api } from "./api.js";
import { localeOf, milestone } from "./opening.js";
import { announce, paintState, paintTime } from "./paint.js";
import { isPrerendering, isReload, keepPresent, reloadOnce } from "./presence.js";
import { Progress } from "./progress.js";
import { parseState } from "./protocol.js";
import { viewOf } from "./view.js";
import { Waker } from "./waker.js";
import { Way } from "./way.js";

/** @typedef {import("./protocol.js").State} State */

const TICK_MS = 1_000;

/** The page: what is heard goes to the store, what the store holds is painted, and the way taken. */
class Waiting {
  /** @param {any} left what the server left for the scripts */
  constructor({ state, words, icons, page }) {
    const locale = localeOf(document.documentElement.lang, navigator.languages);
    this.paints = { words: speak(words), table: words, icons, name: page.name, place: { locale, zone: page.zone } };
    this.store = new Store(state);
    this.clock = new Clock();
    this.progress = new Progress();
    // In whole: who came with a name and password in the address could not ask for a mere path.
    this.api = new Api(location.origin + page.base, page.domain);
    this.way = new Way(page.target, () => this.changed(), { isShut: state.ready, wary: state.ready && isReload() });
    const meant = page.visited || isPrerendering();
    this.waker = new Waker(() => void this.askForWake(), () => !document.hidden && (meant || hasActed()));
    this.url = `${location.origin.replace(/^http/, "ws")}${page.base}/ws/${page.domain}`;
    this.said = saidOf(state, this.view(), 0);
  }

  start() {
    this.clock.observe(this.store.state.server_time);
    this.store.addEventListener("change", () => this.changed());
    takeOverAsk(() => this.api.wake(), (next) => this.store.set(next));
    offerStay((staying) => this.stay(staying));
    this.paint();
    this.way.follow(this.store.state.ready);
    setInterval(() => this.tick(), TICK_MS);
    keepPresent(this.makeLink(), this.way);
  }

  askForWake() {
    return this.api.wake({ visit: true }).then((next) => this.store.set(next), () => {});
  }

  /** @returns {Link<State>} */
  makeLink() {
    return new Link((ears) => connect(this.url, ears, parseState), (options) => this.api.status(options), {
      heard: (state, first) => this.heard(state, first),
      offline: (offline) => this.cutOff(offline),
      refused: () => this.outdated(),
      outdated: () => this.outdated(),
    });
  }

  /** @param {State} state @param {boolean} first */
  heard(state, first) {
    this.clock.observe(state.server_time);
    this.store.set(state);
    this.waker.heard(state, first);
  }

  /** @param {boolean} offline */
  cutOff(offline) {
    show(part("offline"), offline);
    this.way.cutOff = offline;
    this.way.follow(this.store.state.ready);
  }

  /** What is shown and what is read out. */
  view() {
    return viewOf(this.store.state, this.way);
  }

  changed() {
    this.way.follow(this.store.state.ready);
    this.paint();
  }

  paint() {
    paintState(this.paints, this.store.state, this.view());
    this.tick();
  }

  tick() {
    const { state } = this.store;
    const view = this.view();
    const age = this.clock.since(state.server_time);
    const progress = this.progress.at(state, view.estimated ? age : 0);
    paintTime(this.paints, state, view, { age, progress });
    this.speak(view, age);
  }

  /** @param {import("./view.js").View} view @param {number} age seconds since the state was said */
  speak(view, age) {
    const { state } = this.store;
    const said = saidOf(state, view, age);
    if (said === this.said) return;
    this.said = said;
    announce(this.paints, state, view, age);
  }

  /** @param {boolean} staying */
  stay(staying) {
    this.way.staying = staying;
    this.changed();
  }

  /** @returns {boolean} whether this page leaves */
  outdated() {
    const leaves = reloadOnce();
    if (!leaves) show(part("outdated"), true);
    return leaves;
  }
}

/**
 * What has to change before it is worth a word.
 *
 * @param {State} state
 * @param {import("./view.js").View} view
 * @param {number} age seconds since the state was said
 */
function saidOf(state, { headline, lead }, age) {
  return headline + lead + milestone(state, age);
}

/** Whether somebody has touched this page since it is there. */
function hasActed() {
  return navigator.userActivation?.hasBeenActive ?? false;
}

new Waiting(embedded("hall-data")).start();
