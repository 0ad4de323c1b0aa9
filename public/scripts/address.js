/** Where our routes and pages are: the folder of `scripts/`, which may be under a prefix. */
const ROOT = new URL('..', import.meta.url);

/**
 * The address of a route or a page of ours.
 *
 * @param {string} path begins with `/`; or a whole address, which stays as it is
 */
export const addressOf = (path) => new URL(path.replace(/^\//, './'), ROOT).href;
