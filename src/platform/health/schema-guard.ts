import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { readSchemaState } from '../database/schema-version.js';
import { Sweep } from '../jobs/sweep.js';
import { Log } from '../logging/logger.js';
import { Readiness } from './readiness.js';

/**
 * Notices that a newer release has migrated the schema so far that this process would do wrong: from then on it takes
 * no traffic, and reports so until the operator ends it.
 */
@Injectable()
export class SchemaGuard implements OnModuleInit {
  private isBeyond = false;

  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly sweep: Sweep,
    private readonly readiness: Readiness,
    log: Log,
  ) {
    this.log = log.named('database');
  }

  onModuleInit(): void {
    this.readiness.register('schema', () =>
      this.isBeyond
        ? 'a newer release has changed the schema so that this one would do wrong: end this process'
        : undefined,
    );
    this.sweep.register(
      'database.schema',
      async () => {
        this.isBeyond = (await readSchemaState(this.database.pool)).isBeyond;
        if (this.isBeyond)
          this.log.error(
            'A newer release has changed the schema so that this one would do wrong. End this process, and start the newer release.',
          );
      },
      'everywhere',
    );
  }
}
