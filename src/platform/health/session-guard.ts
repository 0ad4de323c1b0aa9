import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Notifications } from '../database/notifications.js';
import { Metrics } from '../metrics/metrics.js';
import { Readiness } from './readiness.js';

/** A pooler may be set to another mode while this process runs: it takes no traffic until connections keep their sessions. */
@Injectable()
export class SessionGuard implements OnModuleInit {
  constructor(
    private readonly notifications: Notifications,
    private readonly readiness: Readiness,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'database_sessions',
      'Whether database connections keep their sessions: 0 behind a pooler that was set to transaction mode.',
      () => (notifications.lacksSessions ? 0 : 1),
    );
  }

  onModuleInit(): void {
    this.readiness.register('sessions', () =>
      this.notifications.lacksSessions
        ? 'the pooler in front of PostgreSQL no longer keeps sessions: set it to session mode, or set DATABASE_LISTEN_URL to the address of PostgreSQL itself'
        : undefined,
    );
  }
}
