import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const PUBLIC = new URL('../../public/', import.meta.url);
const pages = readdirSync(PUBLIC).filter((file) => file.endsWith('.html'));

/** What a person reads of a page before any script has run. */
const textOf = (html: string): string =>
  html
    .replace(/<(script|style)[^]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

it('finds a sentence whose beginning was lost', () => {
  expect(textOf('<p>For what they use. for <b>what</b> they used.</p>')).toMatch(/[.?!] [a-z]/);
});

it.each(pages)('%s begins its sentences with capital letters', (page) => {
  const text = textOf(readFileSync(new URL(page, PUBLIC), 'utf8'));
  expect(text.length).toBeGreaterThan(100);
  expect([...text.matchAll(/.{0,60}[.?!] [a-z].{0,60}/g)].map(([found]) => found)).toEqual([]);
});
