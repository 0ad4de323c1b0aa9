import { request, type Answer } from './farebox.js';

export interface Opened {
  answer: Answer;
  sessionId: string;
  url: string;
}

const VISA = '4242424242424242';

/** A browser as far as paying needs one: it keeps the application's cookie, and sends forms. */
export class Shopper {
  cookie: string | undefined;
  email: string;

  constructor(
    readonly farebox: string,
    person: { email: string },
  ) {
    this.email = person.email;
  }

  async open(body: object, headers: Record<string, string> = {}): Promise<Opened> {
    const answer = await request(`${this.farebox}/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.cookies(), ...headers },
      body: JSON.stringify(body),
    });
    this.keep(answer);
    return { answer, sessionId: String(answer.json['sessionId']), url: String(answer.json['url']) };
  }

  /** Pays on the twin's page. @returns where that leads to. */
  async pay(url: string, card = VISA): Promise<string> {
    const paid = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      // Country and postal code are read where the page asks for them: with automatic tax.
      body: new URLSearchParams({
        email: this.email,
        cardNumber: card,
        billingName: 'Ada King Lovelace',
        country: 'US',
        postalCode: '94103',
      }),
    });
    if (paid.status !== 303) throw new Error(`not paid: ${paid.status}`);
    return paid.headers.get('location') ?? '';
  }

  /** Opens a payment page and pays. @returns where that leads to. */
  async subscribe(plan = 'standard'): Promise<string> {
    return this.pay((await this.open({ plan })).url);
  }

  async visit(url: string, init: RequestInit = {}): Promise<Answer> {
    const answer = await request(url, { ...init, headers: this.cookies() });
    this.keep(answer);
    return answer;
  }

  /** Sends the form of a page that leads to this path, as it stands there. */
  async submit(page: Answer, path: string): Promise<Answer> {
    const form = new RegExp(`<form[^>]*action="${path}"[^>]*>(.*?)</form>`, 's').exec(page.text)?.[1];
    if (form === undefined) throw new Error(`no form leads to ${path}:\n${page.text}`);
    const body = new URLSearchParams();
    for (const [, name = '', value = ''] of form.matchAll(/name="([^"]*)"\s+value="([^"]*)"/g))
      body.set(name, value);
    return this.visit(this.farebox + path, { method: 'POST', body });
  }

  private cookies(): Record<string, string> {
    return this.cookie === undefined ? {} : { cookie: this.cookie };
  }

  private keep({ headers }: Answer): void {
    this.cookie = headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
  }
}

/** The token on a page, or nothing. */
export function tokenOn({ text }: Answer): string | undefined {
  return /id="token"[^>]*>\s*(eyJ[\w.-]+)\s*</.exec(text)?.[1];
}
