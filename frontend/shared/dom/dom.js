/**
 * The one element that the page marked `data-part="name"`; a page without it is broken.
 *
 * @param {string} name
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function part(name, within = document) {
  const found = within.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`no part ${name}`);
  return found;
}

/**
 * Write only what changed, so that nothing is read out twice.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.hidden = !shown;
}

/**
 * @param {string} id of a `<template>`
 * @returns {HTMLElement}
 */
export function stamp(id) {
  const template = document.getElementById(id);
  const first = template instanceof HTMLTemplateElement && template.content.firstElementChild;
  if (!first) throw new Error(`no template ${id}`);
  return /** @type {HTMLElement} */ (first.cloneNode(true));
}

/**
 * What the server left for the scripts in `<script type="application/json">`.
 *
 * @param {string} id
 */
export function embedded(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}
