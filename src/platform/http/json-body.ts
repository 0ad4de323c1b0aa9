/** Far more than any request here has; a thousand would overflow the stack of recursive code. */
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** The depth of nested arrays and objects, in one pass. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0, inText = false; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (inText && code === BACKSLASH) at++;
    else if (code === QUOTE) inText = !inText;
    else if (inText) continue;
    else if (OPENING.has(code)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(code)) depth--;
  }
  return deepest;
}
