import { Injectable } from '@nestjs/common';

/** What is wrong with this part, in a sentence for the operator; `undefined` when nothing is. Never a secret. */
export type ReadinessCheck = () => string | undefined;

/** What `GET /health/ready` asks beside the database and the process: modules add what they know of themselves. */
@Injectable()
export class Readiness {
  /** By these the process cannot serve. */
  readonly checks = new Map<string, ReadinessCheck>();
  /** With these it can, and the operator should know. */
  readonly warnings = new Map<string, ReadinessCheck>();

  warn(name: string, check: ReadinessCheck): void {
    this.warnings.set(name, check);
  }

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }
}
