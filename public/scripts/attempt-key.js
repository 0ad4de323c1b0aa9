/**
 * The `Idempotency-Key` of the registration that the form describes. The same input keeps its key through every
 * retry, so that an answer that was lost on its way is given again instead of a second customer being made; other
 * input is another request and gets another key.
 */
export class AttemptKey {
  #input = '';
  #key = '';

  /**
   * @param {string} input the request's body
   * @returns {string}
   */
  for(input) {
    if (this.#key === '' || input !== this.#input) {
      this.#input = input;
      this.#key = newUuid();
    }
    return this.#key;
  }

  /** The server knows the key under another request: the next attempt takes a fresh one. */
  discard() {
    this.#key = '';
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
