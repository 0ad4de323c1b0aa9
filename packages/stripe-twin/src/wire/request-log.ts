/** One request as it arrived and was answered; never its body, never its key. */
export interface LoggedRequest {
  id: string;
  method: string;
  path: string;
  /** The route: `/v1/customers/:id`. */
  route: string;
  idempotencyKey: string | null;
  /** Milliseconds. */
  at: number;
  /** Null while it is under way. */
  status: number | null;
  /** Whether the answer was one stored under the idempotency key. */
  replayed: boolean;
}

const KEPT = 1_000;

/** Which requests came in, for people and tests that want to know what the product asked of Stripe. */
export class RequestLog {
  private readonly counts = new Map<string, number>();
  private readonly recent: LoggedRequest[] = [];
  private reads = 0;
  private writes = 0;

  add(request: LoggedRequest): void {
    const name = `${request.method} ${request.route}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (request.method === 'GET') this.reads++;
    else this.writes++;
    this.recent.push(request);
    if (this.recent.length > KEPT) this.recent.shift();
  }

  /**
   * How often each route was asked, how many requests read and wrote, and the last thousand. Stripe's read allocation
   * counts the reads: "500 per transaction" in 30 days, at least 10,000 a month.
   */
  summary(): {
    counts: Record<string, number>;
    reads: number;
    writes: number;
    recent: readonly LoggedRequest[];
  } {
    return {
      counts: Object.fromEntries(this.counts),
      reads: this.reads,
      writes: this.writes,
      recent: this.recent,
    };
  }

  clear(): void {
    this.counts.clear();
    this.reads = 0;
    this.writes = 0;
    this.recent.length = 0;
  }
}
