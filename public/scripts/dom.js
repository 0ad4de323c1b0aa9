/**
 * The element that a selector names, as the type that the caller needs.
 *
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T}
 * @throws {Error} when the page has no such element: the markup and the script no longer fit
 */
export function find(selector, type, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} at ${selector}`);
  return element;
}

/**
 * Puts text into a named part of an element. Always as text: what a server or a person wrote is never markup.
 *
 * @param {ParentNode} root
 * @param {string} part value of the part's `data-part`
 * @param {string} text
 */
export function setPart(root, part, text) {
  const element = find(`[data-part="${part}"]`, HTMLElement, root);
  element.textContent = text;
  element.hidden = text === '';
}
