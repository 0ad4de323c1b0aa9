/** @typedef {{ event: string, id: string, data: string }} ServerEvent */

/**
 * Server-sent events read from an answer of `fetch`: EventSource can send neither a token nor a POST. Ours have one line
 * of data.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerEvent, void>}
 * @throws when the connection breaks, or what asked for it was aborted
 */
export async function* serverEvents(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield eventOf(block);
  }
}

/** @param {string} block lines of one event, or a comment */
function eventOf(block) {
  const event = { event: '', id: '', data: '' };
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'event' || name === 'id' || name === 'data') event[name] = value;
  }
  return event;
}
