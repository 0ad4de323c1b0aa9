/** Where the token of this tab is kept: gone with the tab, never sent by the browser itself, in no address. */
const KEY = 'farebox.token';

/** @returns {string} `''` when there is none, or the browser keeps nothing */
export function rememberedToken() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/**
 * @param {string} token
 * @returns {boolean} whether the browser keeps it; if not, it is gone with the page
 */
export function rememberToken(token) {
  try {
    sessionStorage.setItem(KEY, token);
    return true;
  } catch {
    return false;
  }
}

export function forgetToken() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // It was not kept.
  }
}
