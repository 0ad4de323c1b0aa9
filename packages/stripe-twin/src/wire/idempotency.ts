import { createHash } from 'node:crypto';
import type { Collection } from '@farebox/twin-kit';
import type { Clock } from '../state/clock.js';
import { ApiError, invalid } from './api-error.js';

/** Stripe keeps them at least this long. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const MAX_KEY = 255;

export interface StoredAnswer {
  endpoint: string;
  /** Null for an answer that was sent before the body was read: it fits whatever comes first. */
  fingerprint: string | null;
  status: number;
  body: string;
  requestId: string;
  /** Milliseconds. */
  at: number;
}

export interface KeyedRequest {
  key: string;
  /** Method and URL. */
  endpoint: string;
  fingerprint: string;
}

export function fingerprintOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('base64');
}

/**
 * The answers to POST requests that came with an `Idempotency-Key`: the same key and parameters get the same
 * answer again, a 500 included, for 24 hours.
 */
export class IdempotencyKeys {
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly answers: Collection<StoredAnswer>,
    private readonly clock: Clock,
  ) {}

  /**
   * The stored answer, or undefined when the request is to be carried out.
   * @throws {ApiError} 400 when the key was used for another request, 409 while the first one is under way.
   */
  find({ key, endpoint, fingerprint }: KeyedRequest): StoredAnswer | undefined {
    if (key.length > MAX_KEY) throw invalid(`Idempotency keys can be up to ${MAX_KEY} characters long.`);
    if (this.inFlight.has(key)) throw inUse(key);
    const answer = this.answers.get(key);
    if (!answer || this.expired(answer)) return undefined;
    if (answer.endpoint !== endpoint) throw mismatch(key, 'for the same endpoint it was first used for');
    if (answer.fingerprint === null) this.answers.put(key, { ...answer, fingerprint });
    else if (answer.fingerprint !== fingerprint) {
      throw mismatch(key, 'with the same parameters they were first used with');
    }
    return answer;
  }

  begin(key: string): void {
    this.inFlight.add(key);
  }

  end(key: string): void {
    this.inFlight.delete(key);
  }

  keep(key: string, answer: Omit<StoredAnswer, 'at'>): void {
    this.dropExpired();
    // Deleted first, so that the oldest answer always comes first.
    this.answers.delete(key);
    this.answers.put(key, { ...answer, at: this.clock.now() });
  }

  /** Keeps an answer that was given without looking at the request, unless there is one already. */
  keepUnread(key: string, answer: Omit<StoredAnswer, 'at' | 'fingerprint'>): void {
    const known = this.answers.get(key);
    if (key.length <= MAX_KEY && (!known || this.expired(known))) {
      this.keep(key, { ...answer, fingerprint: null });
    }
  }

  private dropExpired(): void {
    for (const [key, answer] of this.answers.iterate()) {
      if (!this.expired(answer)) return;
      this.answers.delete(key);
    }
  }

  private expired(answer: StoredAnswer): boolean {
    return this.clock.now() - answer.at >= KEPT_MS;
  }
}

function mismatch(key: string, rule: string): ApiError {
  return new ApiError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${rule}. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function inUse(key: string): ApiError {
  return new ApiError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key: ${key}. Please try again later.`,
  });
}
