import { Injectable } from '@nestjs/common';

/** The problem of this part, in a sentence for the operator; `undefined` when there is none. Never a secret. */
export type ReadinessCheck = () => string | undefined;

/** The checks of `GET /health/ready` beside the database and the process: modules add their own. */
@Injectable()
export class Readiness {
  /** With a problem in one of these the process cannot serve. */
  readonly checks = new Map<string, ReadinessCheck>();
  /** With a problem in one of these it can serve, and the operator should know. */
  readonly warnings = new Map<string, ReadinessCheck>();

  warn(name: string, check: ReadinessCheck): void {
    this.warnings.set(name, check);
  }

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }
}
