import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

export interface TwinOptions {
  /** Folder for the twin's own files. */
  dataDir: string;
}

export interface StartOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** Folder for the twin's own files, kept when it stops. Absent: a temporary one, removed when it stops. */
  dataDir?: string;
}

export interface RunningTwin {
  /** Such as `http://127.0.0.1:4010`. */
  url: string;
  /** Closes its connections and its files. */
  stop(): Promise<void>;
}

/** Starts a twin in this process. */
export async function startTwin(
  build: (options: TwinOptions) => Promise<FastifyInstance>,
  { port = 0, host = '127.0.0.1', dataDir }: StartOptions = {},
): Promise<RunningTwin> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'farebox-twin-'));
  const removeFolder = (): void => {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const app = await build({ dataDir: folder });
    const url = await app.listen({ port, host }).catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
    return {
      url,
      stop: async () => {
        await app.close();
        removeFolder();
      },
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}
