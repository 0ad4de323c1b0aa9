import { appendFileSync, chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EndpointSecret } from '../modules/billing/ports/catalog-sync.js';
import { findFolderProblem } from '../platform/health/folder-problem.js';
import { UsageError } from './output.js';

/**
 * Keeps the signing secrets of new webhook endpoints and event destinations, in a file that only its owner may read:
 * Stripe returns them when the endpoint is made, and they must not appear at a terminal or in the log of a deployment.
 */
export class EndpointSecrets {
  readonly file: string;
  private readonly kept: EndpointSecret[] = [];

  /** @param home FAREBOX_HOME */
  constructor(home: string) {
    this.file = join(resolve(home), 'stripe-webhook-secrets');
  }

  /**
   * Before anything is made: Stripe shows a secret once.
   * @throws {UsageError}
   */
  async assertWritable(): Promise<void> {
    const problem = await findFolderProblem(join(this.file, '..'));
    if (problem !== undefined)
      throw new UsageError(
        `The signing secrets of new webhook endpoints could not be kept in ${this.file} (${problem}). Set FAREBOX_HOME to a writable folder.`,
      );
  }

  keep(secret: EndpointSecret): void {
    this.kept.push(secret);
    mkdirSync(join(this.file, '..'), { recursive: true, mode: 0o700 });
    const { receiver, thin, endpointId, url } = secret;
    const what = thin ? `${receiver}, thin events` : receiver;
    appendFileSync(this.file, `# ${what}: ${endpointId}, ${url}\n${secret.secret}\n`, { mode: 0o600 });
    chmodSync(this.file, 0o600);
  }

  /** Instructions for the operator. */
  advice(show: boolean): string[] {
    return this.kept.flatMap(({ receiver, thin, url, secret }) => [
      '',
      whereto(receiver, thin === true, url),
      show
        ? `  ${secret}`
        : `  It is in ${this.file}, and in Stripe's dashboard. Delete the file when you have it.`,
    ]);
  }
}

function whereto(receiver: EndpointSecret['receiver'], thin: boolean, url: string): string {
  if (receiver === 'moesif')
    return `The signing secret of ${url} goes into Moesif, where its Stripe extension asks for it.`;
  return thin
    ? `The signing secret of the thin events to ${url} goes into STRIPE_WEBHOOK_SECRET too, behind that of the endpoint, separated by a comma.`
    : `The signing secret of ${url} goes into STRIPE_WEBHOOK_SECRET (in .env); then start Farebox again.`;
}
