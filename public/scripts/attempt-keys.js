/**
 * The `Idempotency-Key` of the registration that the form describes. The same input keeps its key through every
 * retry, so that an answer that was lost on its way is given again instead of a second customer being made; other
 * input is another request and has another key. Who changes the input and goes back to what was first sent finds the
 * first key again: the server may have finished that request, and gives its token only under that key.
 */
export class AttemptKeys {
  /** @type {Map<string, string>} */
  #keys = new Map();

  /**
   * @param {string} input the request's body
   * @returns {string}
   */
  for(input) {
    const key = this.#keys.get(input) ?? newUuid();
    this.#keys.set(input, key);
    return key;
  }

  /**
   * The server knows the key under another request: the next attempt takes a fresh one.
   *
   * @param {string} input
   */
  discard(input) {
    this.#keys.delete(input);
  }
}

/** A random UUID (RFC 9562, version 4). `crypto.randomUUID` is absent on pages that came by plain HTTP from afar. */
function newUuid() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
