import { Injectable } from '@nestjs/common';

/** Why this part cannot serve, in a sentence for the operator; `undefined` when it can. Never a secret. */
export type ReadinessCheck = () => string | undefined;

/** What `GET /health/ready` asks beside the database and the process: modules add what they know of themselves. */
@Injectable()
export class Readiness {
  readonly checks = new Map<string, ReadinessCheck>();

  register(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }
}
