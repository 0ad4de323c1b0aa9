import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.js';
import { SandboxError } from './sandbox-error.js';

/** How long the application may take to answer "ready"; the database may have to recover first. */
const READY_TIMEOUT_MS = 60_000;

/**
 * Waits until the application answers `GET /health/ready` with 200.
 * @throws {SandboxError} when it ends before, or is not ready in time.
 */
export async function untilReady(application: Child, address: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let reason = 'it does not answer';
  while (Date.now() < deadline) {
    if (!application.isRunning) throw await application.failure('ended before it was ready');
    try {
      const answer = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      if (answer.status === 200) return;
      reason = `it answers ${answer.status}`;
      await answer.body?.cancel();
    } catch {
      // Not listening yet.
    }
    await delay(40);
  }
  throw new SandboxError(
    `The application is not ready after ${READY_TIMEOUT_MS / 1000} s: ${reason}. ` +
      `${address}/health/ready and its log say why.`,
  );
}
