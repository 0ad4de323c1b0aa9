/** HTML that may be sent: made by {@link html} only. */
export class Html {
  constructor(readonly text: string) {}
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template of HTML in which every inserted value is escaped, unless it is HTML made this way (or a list of it).
 * Nothing is inserted for null and undefined.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(strings.reduce((text, part, i) => text + rendered(values[i - 1]) + part));
}

/** HTML from the program itself, never from what was received. */
html.trusted = (text: string): Html => new Html(text);

function rendered(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(rendered).join('');
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
