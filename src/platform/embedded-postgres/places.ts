import { join, resolve } from 'node:path';

/** The one role of the embedded cluster. */
export const EMBEDDED_POSTGRES_USER = 'farebox';

/** Files of the embedded cluster, the same for the supervisor and its clients. */
export function embeddedPostgresPaths(home: string): Record<'folder' | 'state' | 'password' | 'log', string> {
  const folder = join(resolve(home), 'postgres');
  return {
    folder,
    /** JSON `SupervisorState`. Not there after an orderly end. */
    state: join(folder, 'supervisor.json'),
    password: join(folder, 'password'),
    log: join(folder, 'postgres.log'),
  };
}

/** The content of a supervisor's state file. */
export interface SupervisorState {
  pid: number;
  /** Where the server listens, once it can be used. */
  port?: number;
  /** Why it gave up, if it did. */
  failure?: string;
}
