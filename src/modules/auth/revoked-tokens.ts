import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, gt, inArray, isNotNull } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DatabaseStartup } from '../../platform/database/database-startup.js';
import { Notifications } from '../../platform/database/notifications.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { tokens } from './tokens.tables.js';

/** The channel on which a revocation is announced; the payload is the token's id. */
export const TOKEN_REVOKED = 'token_revoked';

/**
 * The revoked tokens that have not expired, in memory. Notifications add every revocation; when notifications may have
 * been missed, all are read again.
 */
@Injectable()
export class RevokedTokens implements OnModuleInit {
  /** By the token's id, when it expires, in milliseconds since the epoch. */
  private readonly revoked = new Map<string, number>();
  private readonly log: Log;
  private loaded: Promise<void> | undefined;
  private isLoaded = false;
  private reading = false;
  /** Notifications may have been missed since the reading began. */
  private isStale = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly startup: DatabaseStartup,
    private readonly notifications: Notifications,
    private readonly sweep: Sweep,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('auth');
    metrics.gauge('tokens_revoked', 'Tokens taken back that have not expired.', () => this.revoked.size);
  }

  onModuleInit(): void {
    this.startup.onOpen(() => this.load());
    this.notifications.listen(TOKEN_REVOKED, {
      // Its expiry is read with the next reading of all; until then it is treated as never expiring.
      onPayload: (tokenId) => this.revoked.set(tokenId, Number.POSITIVE_INFINITY),
      onGap: () => void this.readAgain(),
    });
    this.sweep.register('auth.forget-expired-revocations', async () => this.forgetExpired(), 'everywhere');
  }

  /** Whether all revocations are known, so that `has` can be relied on. */
  get isReady(): boolean {
    return this.isLoaded;
  }

  has(tokenId: string): boolean {
    return this.revoked.has(tokenId);
  }

  /** @throws {DatabaseUnavailableError} when they have never been read and cannot be now. */
  async load(): Promise<void> {
    this.loaded ??= this.read().finally(() => (this.loaded = undefined));
    await this.loaded;
  }

  private async read(): Promise<void> {
    const rows = await this.database.run((db) =>
      db
        .select({ id: tokens.id, expiresAt: tokens.expiresAt })
        .from(tokens)
        .where(and(isNotNull(tokens.revokedAt), gt(tokens.expiresAt, this.clock.now()))),
    );
    for (const { id, expiresAt } of rows) this.revoked.set(id, expiresAt.getTime());
    this.isLoaded = true;
  }

  private async readAgain(): Promise<void> {
    this.isStale = true;
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.isStale) {
        this.isStale = false;
        await this.read();
      }
    } catch (error) {
      this.log.debug('Revocations could not be read again.', {
        error: error instanceof Error ? error.name : 'unknown',
      });
    } finally {
      this.reading = false;
    }
  }

  /** Revocations learned by notification have no expiry yet: it is looked up, and expired ones are removed. */
  private async forgetExpired(): Promise<void> {
    const unknown = [...this.revoked].filter(([, expires]) => expires === Number.POSITIVE_INFINITY);
    if (unknown.length > 0) {
      const rows = await this.database.run((db) =>
        db
          .select({ id: tokens.id, expiresAt: tokens.expiresAt })
          .from(tokens)
          .where(
            inArray(
              tokens.id,
              unknown.map(([id]) => id),
            ),
          ),
      );
      // A row that no longer exists belongs to no token that works.
      for (const [id] of unknown) this.revoked.delete(id);
      for (const { id, expiresAt } of rows) this.revoked.set(id, expiresAt.getTime());
    }
    const now = this.clock.ms();
    for (const [id, expires] of this.revoked) if (expires <= now) this.revoked.delete(id);
  }
}
