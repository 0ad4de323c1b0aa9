import type { Collection } from '@farebox/twin-kit';
import type { Clock } from '../state/clock.js';
import { MinHeap } from '../state/min-heap.js';
import type { Settings } from '../state/settings.js';
import type { Message, Outbox, Receiver } from './outbox.js';
import { signatureHeader } from './signature.js';

/** A delivery that has not succeeded and not been given up. */
export interface PendingDelivery {
  id: string;
  event: string;
  /** The webhook endpoint or event destination. */
  endpoint: string;
  /** How often it was tried. */
  attempts: number;
  /** When to try next, in milliseconds. */
  nextAt: number;
}

/** What became of one attempt, for people and tests to look at. */
export interface Attempt {
  event: string;
  type: string;
  endpoint: string;
  url: string;
  attempt: number;
  at: number;
  status: number | null;
  outcome: 'delivered' | 'retrying' | 'given_up';
}

const MAX_IN_FLIGHT = 20;
const MAX_HISTORY = 1_000;
/** Timers cannot wait longer than 2^31 ms; waking up early and finding nothing to do is harmless. */
const MAX_WAIT_MS = 60 * 60 * 1000;

/**
 * Sends events to their receivers, signed, and again after a failure. What is still to be sent stands in the
 * store: a twin that was killed goes on where it stopped (and may send one event twice, as Stripe may).
 */
export class Deliveries {
  private readonly due = new MinHeap<string>();
  private readonly waiting = new Map<string, number>();
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly history: Attempt[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Deliveries that were not tried even once. */
  private untried = new Set<string>();
  private waiters: (() => void)[] = [];
  private answered: (event: string, receiver: string) => void = () => undefined;

  constructor(
    private readonly pending: Collection<PendingDelivery>,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    for (const [, delivery] of pending.iterate()) this.plan(delivery);
    this.wake();
    outbox.onEvent((event, receivers) => this.enqueue(event, receivers));
  }

  /** Who is told when a receiver took an event, or is not there for it any more. */
  onAnswered(answered: (event: string, receiver: string) => void): void {
    this.answered = answered;
  }

  /** Starts sending what is due. Called again whenever something may have become due earlier. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.stopping.signal.aborted) return;
    const next = this.due.peek();
    if (!next || this.inFlight.size >= MAX_IN_FLIGHT) return;
    const wait = Math.min(Math.max(0, next.at - this.clock.now()), MAX_WAIT_MS);
    this.timer = setTimeout(() => this.sendDue(), wait);
  }

  /** Which attempts were made, the latest last; at most a thousand. */
  attempts(): readonly Attempt[] {
    return this.history;
  }

  pendingDeliveries(): PendingDelivery[] {
    return this.pending.values();
  }

  /** Waits until every event has been sent to its receivers once, whatever they answered. */
  async attempted(): Promise<void> {
    if (this.untried.size === 0 || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** How many endpoints still wait for that event. */
  pendingOf(event: string): number {
    return this.waiting.get(event) ?? 0;
  }

  reset(): void {
    this.due.clear();
    this.waiting.clear();
    this.history.length = 0;
    this.untried.clear();
    this.tried();
    clearTimeout(this.timer);
  }

  /** Stops sending. What was under way is tried again after the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.untried.clear();
    this.tried();
    clearTimeout(this.timer);
    await Promise.all(this.inFlight.values());
  }

  private enqueue(event: string, receivers: readonly string[]): number {
    const { webhookCopies, webhookDisorderMs } = this.settings.values;
    for (const receiver of receivers) {
      for (let copy = 0; copy < webhookCopies; copy++) {
        const delivery: PendingDelivery = {
          id: `${event}/${receiver}${copy === 0 ? '' : `/${copy}`}`,
          event,
          endpoint: receiver,
          attempts: 0,
          nextAt: this.clock.now() + Math.floor(Math.random() * webhookDisorderMs),
        };
        this.pending.put(delivery.id, delivery);
        this.plan(delivery);
      }
    }
    if (receivers.length > 0) this.wake();
    return receivers.length;
  }

  private plan(delivery: PendingDelivery): void {
    this.waiting.set(delivery.event, this.pendingOf(delivery.event) + 1);
    this.due.push(delivery.nextAt, delivery.id);
    if (delivery.attempts === 0) this.untried.add(delivery.id);
  }

  private tried(id?: string): void {
    if (id !== undefined) this.untried.delete(id);
    if (this.untried.size > 0) return;
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private sendDue(): void {
    for (;;) {
      const next = this.due.peek();
      if (!next || next.at > this.clock.now() || this.inFlight.size >= MAX_IN_FLIGHT) break;
      this.due.pop();
      const delivery = this.pending.get(next.value);
      if (!delivery) this.tried(next.value);
      if (!delivery || this.inFlight.has(delivery.id)) continue;
      const sending = this.send(delivery).finally(() => {
        this.inFlight.delete(delivery.id);
        this.tried(delivery.id);
        this.wake();
      });
      this.inFlight.set(delivery.id, sending);
    }
    this.wake();
  }

  private async send(delivery: PendingDelivery): Promise<void> {
    const receiver = this.outbox.receiver(delivery.endpoint);
    const message = this.outbox.message(delivery.event);
    if (!receiver?.enabled || !message) return this.settle(delivery);
    const attempt = delivery.attempts + 1;
    const status = await this.post(receiver, message);
    if (this.stopping.signal.aborted) return;
    // The receiver may be gone, or all be reset, since the request was sent.
    if (this.pending.get(delivery.id) !== delivery) return;
    const wait = this.settings.values.webhookRetryMs[attempt - 1];
    const delivered = status !== null && status >= 200 && status < 300;
    const outcome = delivered ? 'delivered' : wait === undefined ? 'given_up' : 'retrying';
    const { id, type } = message;
    const at = this.clock.now();
    this.remember({
      event: id,
      type,
      endpoint: receiver.id,
      url: receiver.url,
      attempt,
      at,
      status,
      outcome,
    });
    if (delivered) return this.settle(delivery);
    if (wait === undefined) return this.finish(delivery);
    delivery.attempts = attempt;
    delivery.nextAt = at + wait;
    this.pending.put(delivery.id, delivery);
    this.due.push(delivery.nextAt, delivery.id);
  }

  /** The receiver's status, or null when there was no answer. A redirect is not followed: it is a failure. */
  private async post(receiver: Receiver, message: Message): Promise<number | null> {
    const body = JSON.stringify(message.body(this.pendingOf(message.id)), null, 2);
    // The machine's time, not the twin's: the receiver compares it with its own.
    const now = Math.floor(Date.now() / 1000);
    try {
      const response = await fetch(receiver.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signatureHeader(body, receiver.secret, now),
        },
        body,
        signal: AbortSignal.any([
          this.stopping.signal,
          AbortSignal.timeout(this.settings.values.webhookTimeoutMs),
        ]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }

  private settle(delivery: PendingDelivery): void {
    this.answered(delivery.event, delivery.endpoint);
    this.finish(delivery);
  }

  private finish(delivery: PendingDelivery): void {
    this.pending.delete(delivery.id);
    const left = this.pendingOf(delivery.event) - 1;
    if (left > 0) this.waiting.set(delivery.event, left);
    else this.waiting.delete(delivery.event);
  }

  private remember(attempt: Attempt): void {
    this.history.push(attempt);
    if (this.history.length > MAX_HISTORY) this.history.shift();
  }
}
