import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';

export interface TwinOptions {
  /** Folder for the twin's own files. */
  dataDir: string;
}

/**
 * The main program of a twin: `node main.js --port 4010 --host 127.0.0.1 --data DIR`.
 * Port 0 takes a free one. Prints one JSON line `{"listening":"http://127.0.0.1:4010"}` when ready, and sends the
 * same to a parent over IPC. Ends on SIGTERM, SIGINT, and when the parent that started it over IPC is gone.
 */
export async function runTwin(
  name: string,
  build: (options: TwinOptions) => Promise<FastifyInstance>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
    },
  });
  if (!values.data) throw new Error(`${name}: --data DIR is missing: the folder for the twin's files`);
  const app = await build({ dataDir: values.data });
  const listening = await app.listen({ port: Number(values.port), host: values.host });

  let closing = false;
  const stop = (): void => {
    if (closing) return;
    closing = true;
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  console.log(JSON.stringify({ listening }));
  process.send?.({ listening });
}
