import { bearer, request } from '../../support/farebox.js';

/** What callers of the paid endpoint have seen. */
export interface Seen {
  /** Ids of calls that were answered with 200. */
  answered: Set<string>;
  /** Answers that were neither 200 nor cut off, by status and code. */
  others: Map<string, number>;
  /** Calls whose connection broke before the answer: they stand in the ledger once, or not at all. */
  unanswered: number;
}

/**
 * Calls without pause, or with one of `pauseMs` after each call: each caller at one of the addresses, until `stop` is
 * called.
 */
export function startCallers(
  urls: readonly string[],
  token: string,
  count: number,
  pauseMs = 0,
): { seen: Seen; stop(): Promise<Seen> } {
  const seen: Seen = { answered: new Set(), others: new Map(), unanswered: 0 };
  const stopping = new AbortController();
  const caller = async (url: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      const answer = await request(`${url}/test-service`, bearer(token)).catch(() => undefined);
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (!answer) {
        seen.unanswered++;
        // Its process is gone: no reason to spin.
        await new Promise((resolve) => setTimeout(resolve, 5));
      } else if (answer.status === 200) seen.answered.add(String(answer.headers.get('x-request-id')));
      else {
        const what = `${answer.status} ${String(answer.json['code'])}`;
        seen.others.set(what, (seen.others.get(what) ?? 0) + 1);
      }
    }
  };
  const callers = Array.from({ length: count }, (_, index) => caller(urls[index % urls.length] ?? ''));
  return {
    seen,
    stop: async () => {
      stopping.abort();
      await Promise.all(callers);
      return seen;
    },
  };
}
