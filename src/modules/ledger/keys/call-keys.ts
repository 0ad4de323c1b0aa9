import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import {
  DatabaseUnavailableError,
  isDatabaseBusy,
  isDatabaseUnavailable,
} from '../../../platform/database/database-errors.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { CLAIM_MS, claimKey, forgetExpiredKeys, KEY_LIFETIME_MS, type KeyState } from '../store/key-rows.js';
import type { KeyedAnswer } from '../store/ledger-entry.js';
import { Ledger } from '../writing/ledger.js';

export interface KeyedCall {
  customerId: string;
  key: string;
  /** SHA-256 of the request. */
  fingerprint: string;
  callId: string;
}

/** Far more than a process can have in progress; beyond that, the claim in the database applies. */
const MAX_UNDER_WAY = 100_000;
/** Spooled answers are replayed from memory: about this many bytes of them. */
const REMEMBERED_BYTES = 32 * 1_048_576;

/**
 * The `Idempotency-Key`s of metered calls. While the database is unavailable, calls continue: this process knows its own
 * keys from memory, and the ledger bills a key once when the spool is drained.
 */
@Injectable()
export class CallKeys implements OnModuleInit {
  /** Bounded like a claim in the database: an entry that never settles is dropped. */
  private readonly underWay = new LRUCache<string, string>({ max: MAX_UNDER_WAY, ttl: CLAIM_MS });
  private readonly spooled = new LRUCache<string, KeyedAnswer>({
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (answer) => answer.body.length + 1_000,
    ttl: KEY_LIFETIME_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    this.sweep.register('metering.expire-keys', () => forgetExpiredKeys(this.database.pool, this.clock.ms()));
  }

  async claim(call: KeyedCall): Promise<KeyState & { fingerprint: string }> {
    const { customerId, key, fingerprint } = call;
    const name = nameOf(customerId, key);
    const other = this.underWay.get(name);
    if (other !== undefined)
      return { state: other === fingerprint ? 'in_use' : 'other_request', fingerprint };
    this.underWay.set(name, fingerprint);
    const held = await this.lookup(call, name).catch((error: unknown) => {
      this.underWay.delete(name);
      throw error;
    });
    if (held.state !== 'claimed') this.underWay.delete(name);
    return { ...held, fingerprint };
  }

  /** The call that held the key has been recorded, or never will be. */
  settle(customerId: string, key: string, answer: KeyedAnswer | null): void {
    const name = nameOf(customerId, key);
    this.underWay.delete(name);
    if (answer && this.ledger.isAway) this.spooled.set(name, answer);
  }

  private async lookup(call: KeyedCall, name: string): Promise<KeyState> {
    const spooled = this.spooled.get(name);
    if (spooled) {
      if (spooled.fingerprint !== call.fingerprint) return { state: 'other_request' };
      const { status, headers, body } = spooled;
      return { state: 'answered', status, headers: { ...headers }, body: Buffer.from(body, 'base64') };
    }
    if (this.ledger.isAway) return { state: 'claimed' };
    try {
      return await claimKey(this.database.pool, { ...call, now: this.clock.ms() });
    } catch (error) {
      // The database is available and may have the answer: a call must not be repeated because the look-up failed.
      if (isDatabaseBusy(error)) throw new DatabaseUnavailableError(error);
      if (isDatabaseUnavailable(error)) return { state: 'claimed' };
      throw error;
    }
  }
}

const nameOf = (customerId: string, key: string): string => `${customerId} ${key}`;
