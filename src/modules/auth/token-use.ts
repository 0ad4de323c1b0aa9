import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { Shutdown } from '../../platform/lifecycle/shutdown.js';

/** With more than this between two sweeps, the rest is not recorded: it is a help, not an audit log. */
const MAX_TOKENS = 50_000;

/** When tokens were last used: kept in memory, written with the sweep, so that no call waits for it. */
@Injectable()
export class TokenUse implements OnModuleInit {
  private used = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.sweep.register('auth.token-use', () => this.write(), 'everywhere');
    this.shutdown.drain(() => this.write());
  }

  note(tokenId: string): void {
    if (this.used.size < MAX_TOKENS || this.used.has(tokenId)) this.used.set(tokenId, this.clock.ms());
  }

  private async write(): Promise<void> {
    if (this.used.size === 0 || !this.database.isOpen) return;
    const batch = [...this.used];
    this.used = new Map();
    const ids = batch.map(([id]) => id);
    const times = batch.map(([, ms]) => new Date(ms).toISOString());
    await this.database.run((db) =>
      db.execute(sql`
        update farebox.tokens set last_used_at = greatest(last_used_at, used.at)
        from unnest(${sql.param(ids)}::uuid[], ${sql.param(times)}::timestamptz[]) as used (id, at)
        where tokens.id = used.id`),
    );
  }
}
