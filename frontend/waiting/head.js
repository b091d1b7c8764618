/**
 * The tab says it too: its title and its icon follow the status.
 *
 * @param {string} headline
 * @param {string} name of the project
 * @param {string} icon SVG
 */
export function paintHead(headline, name, icon) {
  document.title = `${headline} · ${name}`;
  const link = document.querySelector('link[rel="icon"]');
  const href = `data:image/svg+xml,${encodeURIComponent(icon)}`;
  if (link && link.getAttribute("href") !== href) link.setAttribute("href", href);
}
