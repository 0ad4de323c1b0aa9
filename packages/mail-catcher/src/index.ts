import { startTwin, type RunningTwin, type StartOptions } from '@farebox/twin-kit';
import { buildMailTwin } from './build-mail-twin.js';

export type { RunningTwin };

/** Starts the SMTP server and its pages in this process; `GET /_sandbox/health` says where it takes mails. */
export function startMailCatcher({
  smtpPort = 0,
  ...options
}: StartOptions & { smtpPort?: number } = {}): Promise<RunningTwin> {
  const { host = '127.0.0.1' } = options;
  return startTwin(({ dataDir }) => buildMailTwin({ dataDir, host, smtpPort }), options);
}
