import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { startTwin, type TwinOptions } from './start-twin.js';

/** What the command line said, for a twin that has options of its own. */
export interface TwinArguments extends TwinOptions {
  host: string;
  flags: Readonly<Record<string, string>>;
}

/**
 * The main program of a twin: `node main.js --port 4010 --host 127.0.0.1 --data DIR`.
 * Port 0 takes a free one. Prints one JSON line `{"listening":"http://127.0.0.1:4010"}` when ready, and sends the
 * same to a parent over IPC. Ends on SIGTERM, SIGINT, and when the parent that started it over IPC is gone.
 * @param flags further options by name, with their defaults
 */
export async function runTwin(
  name: string,
  build: (options: TwinArguments) => Promise<FastifyInstance>,
  flags: Readonly<Record<string, string>> = {},
): Promise<void> {
  const own = Object.entries(flags).map(
    ([flag, value]) => [flag, { type: 'string', default: value }] as const,
  );
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(own),
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
    },
  });
  if (!values.data) throw new Error(`${name}: --data DIR is missing: the folder for the twin's files`);
  const given = values as Readonly<Record<string, string>>;
  const { host } = values;
  const twin = await startTwin(({ dataDir }) => build({ dataDir, host, flags: given }), {
    port: Number(values.port),
    host,
    dataDir: values.data,
  });
  const { url: listening } = twin;

  let closing = false;
  const stop = (): void => {
    if (closing) return;
    closing = true;
    twin.stop().then(
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
