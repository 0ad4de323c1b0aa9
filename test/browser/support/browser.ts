import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium,
} from 'playwright-core';

/** Debian's Chromium; another one by its path in CHROMIUM_PATH. */
const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** No sandbox, because CI runs as root; and nothing that would reach for the network by itself. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: FLAGS });
}

/** A page that was opened, and all that went wrong in it or left its origin. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts and of the Content-Security-Policy, and requests to any other origin. Must stay empty. */
  complaints: string[];
}

/** Opens an address in a browser profile of its own; `script` runs in the page before anything else. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  script?: string,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(30_000);
  if (script !== undefined) await context.addInitScript({ content: script });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // The browser logs each failed fetch by itself; those are the subject of the tests.
    const isFailedFetch = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isFailedFetch) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol !== 'data:' && target.origin !== origin) {
      complaints.push(`request to ${target.origin}`);
    }
  });
  await page.goto(url);
  return { page, context, complaints };
}
