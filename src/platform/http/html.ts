/** HTML that may be sent: made by {@link html} only. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template of HTML in which every inserted value is escaped, unless it is HTML made this way. */
export function html(strings: TemplateStringsArray, ...values: readonly (Html | Html[] | string)[]): Html {
  return new Html(strings.reduce((text, part, i) => text + rendered(values[i - 1] ?? '') + part));
}

function rendered(value: Html | Html[] | string): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(rendered).join('');
  return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
