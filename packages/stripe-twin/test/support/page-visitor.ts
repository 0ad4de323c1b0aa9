/** A person who clicks through the twin's pages without a browser: forms as they are in the page, links as they are. */
export class Visitor {
  status = 0;
  text = '';
  headers = new Headers();
  /** Where the last answer leads, when it leads away. */
  location: string | null = null;
  private url = '';

  async open(url: string): Promise<this> {
    return this.take(url, await fetch(url, { redirect: 'manual' }));
  }

  /** Sends the form whose action ends so, with these fields beside its hidden ones. */
  async submit(actionEnd: string, fields: Readonly<Record<string, string>> = {}): Promise<this> {
    const forms = [...this.text.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)];
    const form = forms.find(([, action]) => action?.endsWith(actionEnd));
    if (!form) throw new Error(`No form leads to ${actionEnd}:\n${this.text}`);
    const hidden = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const body = new URLSearchParams();
    for (const [, name = '', value = ''] of hidden) body.set(name, unescaped(value));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const url = new URL(unescaped(form[1] ?? ''), this.url).href;
    return this.take(url, await fetch(url, { method: 'POST', body, redirect: 'manual' }));
  }

  /** Follows the redirect that the last answer was. */
  async follow(): Promise<this> {
    if (this.location === null) throw new Error(`No redirect: ${this.status}\n${this.text}`);
    return this.open(this.location);
  }

  private async take(url: string, response: Response): Promise<this> {
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.text = await response.text();
    const location = response.headers.get('location');
    this.location = location === null ? null : new URL(location, url).href;
    return this;
  }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
