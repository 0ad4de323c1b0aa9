import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../platform/config/settings.js';
import { StartRefusedError } from '../../../platform/database/start-refused.error.js';
import { findFolderProblem } from '../../../platform/health/folder-problem.js';
import { Readiness } from '../../../platform/health/readiness.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Role } from '../../../platform/lifecycle/role.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';

/**
 * Tests the spool's folder before it is needed: at the start, which fails when it cannot be written, and every minute. A
 * disk that fails later costs callers nothing while PostgreSQL is available, so it is only logged.
 */
@Injectable()
export class SpoolFolder implements OnModuleInit {
  private readonly folder: string | undefined;
  private readonly log: Log;
  /** The operating system's error code. */
  private problem: string | undefined;

  constructor(
    settings: Settings,
    private readonly sweep: Sweep,
    private readonly readiness: Readiness,
    private readonly role: Role,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('ledger');
    if (settings.get('SPOOL') === 'off') return;
    this.folder = settings.spoolFolder;
    metrics.gauge(
      'ledger_spool_writable',
      '1 while the spool could take calls; 0 when its folder cannot be written.',
      () => (this.problem === undefined ? 1 : 0),
    );
  }

  async onModuleInit(): Promise<void> {
    if (this.folder === undefined || this.role.name === 'cli') return;
    this.sweep.register('ledger.spool-folder', () => this.look(), 'everywhere');
    this.readiness.warn('spool', () => this.describe());
    this.problem = await findFolderProblem(this.folder);
    if (this.problem === undefined) return;
    throw new StartRefusedError(
      `${this.describe()}. Set SPOOL_DIR to a folder that Farebox can write, on a disk that outlives the process, or SPOOL=off: then paid calls answer 503 whenever PostgreSQL is away.`,
    );
  }

  private async look(): Promise<void> {
    const before = this.problem;
    this.problem = await findFolderProblem(this.folder ?? '');
    if (this.problem === before) return;
    if (this.problem === undefined) this.log.info('The spool can be written again.');
    else
      this.log.error(
        'The spool cannot be written: were PostgreSQL away now, paid calls would answer 503. Check the disk of SPOOL_DIR.',
        { spool: this.folder, problem: this.problem },
      );
  }

  private describe(): string | undefined {
    return this.problem && `The spool in ${this.folder} cannot be written (${this.problem})`;
  }
}
