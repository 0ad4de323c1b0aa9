import { Injectable, type OnModuleInit } from '@nestjs/common';
import { lte } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { forget } from '../../platform/database/forget.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { tokens } from './tokens.tables.js';

/** How long an expired token is kept in the list. */
const KEPT_MS = 30 * 86_400_000;

/** Deletes tokens that expired a month ago. */
@Injectable()
export class TokenRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
  ) {}

  onModuleInit(): void {
    this.sweep.register('auth.forget-expired-tokens', () =>
      forget(this.database, tokens, lte(tokens.expiresAt, new Date(this.clock.ms() - KEPT_MS))),
    );
  }
}
