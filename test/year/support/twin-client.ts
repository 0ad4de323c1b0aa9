import { type Answer, post, request, STRIPE_KEY } from '../../support/farebox.js';

/** Stripe's API as the twin serves it, and the twin's own controls. What is not answered with success throws. */
export class TwinClient {
  constructor(readonly url: string) {}

  async post(resource: string, params: Record<string, string> = {}): Promise<Answer['json']> {
    return this.api(resource, { method: 'POST', body: new URLSearchParams(params) });
  }

  async delete(resource: string, params: Record<string, string> = {}): Promise<Answer['json']> {
    return this.api(resource, { method: 'DELETE', body: new URLSearchParams(params) });
  }

  async get(resource: string): Promise<Answer['json']> {
    return this.api(resource, {});
  }

  /** All of a list, page after page. */
  async list<T extends { id: string }>(resource: string, filter: Record<string, string> = {}): Promise<T[]> {
    const all: T[] = [];
    for (;;) {
      const last = all.at(-1);
      const query = { ...filter, limit: '100', ...(last ? { starting_after: last.id } : {}) };
      const page = await this.get(`${resource}?${new URLSearchParams(query)}`);
      all.push(...(page['data'] as T[]));
      if (!page['has_more']) return all;
    }
  }

  private async api(resource: string, init: RequestInit): Promise<Answer['json']> {
    const headers = { authorization: `Bearer ${STRIPE_KEY}` };
    const { status, json, text } = await request(`${this.url}/v1/${resource}`, { ...init, headers });
    if (status !== 200) throw new Error(`${resource}: ${status} ${text}`);
    return json;
  }

  /** `POST /_sandbox/…` */
  async control(command: string, body: object): Promise<void> {
    const { status, text } = await post(`${this.url}/_sandbox/${command}`, body);
    if (status >= 300) throw new Error(`${command}: ${status} ${text}`);
  }

  /** Whether every webhook that is due at that time (milliseconds) has been delivered. */
  async isDelivered(now: number): Promise<boolean> {
    const health = await request(`${this.url}/_sandbox/health`);
    if ((health.json['counts'] as { pendingDeliveries: number }).pendingDeliveries === 0) return true;
    const { json } = await request(`${this.url}/_sandbox/webhook-deliveries`);
    const pending = json['pending'] as { nextAt: number }[];
    return !pending.some(({ nextAt }) => nextAt <= now);
  }
}
