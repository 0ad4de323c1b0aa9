import { Injectable } from '@nestjs/common';
import { lte } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { forget } from '../../platform/database/forget.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { tokens } from './tokens.tables.js';

/** So long after its end a token is of interest to nobody. */
const KEPT_MS = 30 * 86_400_000;

/** Deletes tokens that expired a month ago. */
@Injectable()
export class TokenRetention {
  constructor(database: Database, clock: Clock, sweep: Sweep) {
    sweep.register('auth.forget-expired-tokens', () =>
      forget(database, tokens, lte(tokens.expiresAt, new Date(clock.ms() - KEPT_MS))),
    );
  }
}
