import type { Page } from 'playwright-core';

/**
 * Runs in the page before its own scripts: streams of meter tests are held open, and the test says what comes in them and
 * when. A proxy between page and server could not: Playwright answers a request as a whole.
 */
export const HELD_STREAMS = `(() => {
  const real = window.fetch;
  const held = (window.heldStreams = { asked: [] });
  window.fetch = (url, init = {}) => {
    const { method = 'GET', body, signal } = init;
    const path = new URL(url, location.href).pathname;
    if (!/^\\/admin\\/meters\\/[^/]+\\/test$/.test(path) || method === 'DELETE') return real(url, init);
    held.asked.push({ request: method + ' ' + path, body: body === undefined ? null : JSON.parse(body) });
    const stream = new ReadableStream({
      start(controller) {
        held.push = (text) => controller.enqueue(new TextEncoder().encode(text));
        held.close = () => controller.close();
        held.cut = () => controller.error(new TypeError('network error'));
        signal.addEventListener('abort', () => {
          held.aborted = true;
          controller.error(signal.reason);
        });
      },
    });
    return Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
  };
})();`;

/** What a page asked of the routes of meter tests. */
export interface TestAsked {
  request: string;
  body: unknown;
}

/** The server's side of the stream that the page opened last. */
export class HeldStream {
  constructor(private readonly page: Page) {}

  asked(): Promise<TestAsked[]> {
    return this.page.evaluate<TestAsked[]>('heldStreams.asked');
  }

  async send(event: 'test' | 'progress' | 'end', data: object): Promise<void> {
    await this.push(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Any text, as a network would cut it. */
  async push(text: string): Promise<void> {
    await this.page.evaluate(`heldStreams.push(${JSON.stringify(text)})`);
  }

  progress(stage: string, state: string, message: string, advice?: string): Promise<void> {
    return this.send('progress', { stage, state, message, elapsedMs: 1, ...(advice ? { advice } : {}) });
  }

  async end(outcome: string): Promise<void> {
    await this.send('end', { outcome });
    await this.page.evaluate('heldStreams.close()');
  }

  /** Whether the page has let go of it. */
  async isLeft(): Promise<boolean> {
    return this.page.evaluate<boolean>('heldStreams.aborted === true');
  }

  async cut(): Promise<void> {
    await this.page.evaluate('heldStreams.cut()');
  }
}

/** What a person sees of each stage: its state in a word. */
export function stageWords(page: Page): Promise<string[]> {
  return page.locator('#meter-test-stages > li .badge').allTextContents();
}
