import { fileURLToPath } from 'node:url';
import type { Farebox } from '../../support/farebox.js';
import { freePort } from '../../support/free-port.js';
import { type RunningProcess, startProcess } from '../../support/processes.js';

/** Starts a program of this folder, an application with paid routes of its own, beside that of `farebox`. */
export async function startPaidProgram(
  farebox: Farebox,
  script: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ url: string; program: RunningProcess }> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const program = await startProcess({
    script: fileURLToPath(new URL(script, import.meta.url)),
    env: { ...farebox.env, PORT: port, ...settings },
    cwd: String(farebox.env['FAREBOX_HOME']),
    ready: { http: `${url}/health/ready` },
  });
  return { url, program };
}
