import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Notifications } from '../../../platform/database/notifications.js';
import { secretMatcher } from '../../../platform/identity/secret-matcher.js';
import { Log } from '../../../platform/logging/logger.js';

export const SESSION_MS = 3_600_000;

/** The channel on which the end of a session is announced; the payload is its id. */
const SESSION_ENDED = 'admin_session_ended';
/** Far more than the number of sign-outs within the hour that a session lasts. */
const MAX_ENDED = 10_000;
/** Random id, expiry in milliseconds since the epoch, signature. */
const VALUE = /^([\w-]{24})\.(\d{13})\.([\w-]{43})$/;

export interface OperatorSession {
  id: string;
  /** UTC. */
  expiresAt: Date;
}

/**
 * Authenticates the operator by ADMIN_TOKEN. A session is a signed value in a cookie, so that every process recognises
 * it; the key is derived from ADMIN_TOKEN, so that changing the token ends all sessions.
 */
@Injectable()
export class OperatorSessions implements OnModuleInit {
  private readonly matches: ((text: string) => boolean) | undefined;
  private readonly key: Buffer | undefined;
  private readonly log: Log;
  /** Ids of sessions signed out before their expiry. */
  private readonly ended = new LRUCache<string, true>({ max: MAX_ENDED, ttl: SESSION_MS });

  constructor(
    settings: Settings,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly notifications: Notifications,
    log: Log,
  ) {
    this.log = log.named('admin');
    const token = settings.get('ADMIN_TOKEN');
    if (token === undefined) return;
    this.matches = secretMatcher(token);
    this.key = createHmac('sha256', token).update('farebox operator session').digest();
  }

  onModuleInit(): void {
    if (this.key === undefined) return;
    this.notifications.listen(SESSION_ENDED, {
      onPayload: (id) => this.ended.set(id, true),
      // A missed sign-out lasts no longer than the session's hour.
      onGap: () => undefined,
    });
  }

  /** Whether an operator is configured: ADMIN_TOKEN is set. */
  get enabled(): boolean {
    return this.matches !== undefined;
  }

  /** Compares in a time that reveals nothing about the token, including its length. */
  isToken(text: string): boolean {
    return this.matches?.(text) === true;
  }

  /** A new session and its cookie value. */
  begin(): { value: string; session: OperatorSession } {
    const id = randomBytes(18).toString('base64url');
    const expiresAt = new Date(this.clock.ms() + SESSION_MS);
    const content = `${id}.${expiresAt.getTime()}`;
    return { value: `${content}.${this.sign(content)}`, session: { id, expiresAt } };
  }

  /** The session of a cookie value; `expired` when it was one of ours; `undefined` when it was not. */
  read(value: string): OperatorSession | 'expired' | undefined {
    const [, id, end, signature] = VALUE.exec(value) ?? [];
    if (this.key === undefined || id === undefined || end === undefined || signature === undefined)
      return undefined;
    const expected = Buffer.from(this.sign(`${id}.${end}`));
    if (!timingSafeEqual(Buffer.from(signature), expected)) return undefined;
    if (Number(end) <= this.clock.ms() || this.ended.has(id)) return 'expired';
    return { id, expiresAt: new Date(Number(end)) };
  }

  /** Ends it here at once, and in the other processes within a second while the database is there to notify them. */
  async end(id: string): Promise<void> {
    this.ended.set(id, true);
    try {
      await this.database.transaction((tx) => Notifications.notify(tx, SESSION_ENDED, id));
    } catch (error) {
      this.log.warn('Other processes were not told that an operator signed out.', {}, error);
    }
  }

  private sign(content: string): string {
    if (this.key === undefined) throw new Error('there are no sessions without ADMIN_TOKEN');
    return createHmac('sha256', this.key).update(content).digest('base64url');
  }
}
