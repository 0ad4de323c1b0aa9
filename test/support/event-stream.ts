/** One server-sent event. */
export interface ServerEvent {
  event: string;
  id: string;
  data: Record<string, unknown>;
}

/** An answer of `text/event-stream` while it comes in. */
export interface EventStream {
  response: Response;
  events: ServerEvent[];
  /** Everything as it came, comments too. */
  text(): string;
  /** Resolves when the server has ended it, or the connection broke. */
  ended: Promise<void>;
  close(): void;
}

/** Opens a stream; it is read in the background until `close`. */
export async function openEvents(
  url: string,
  headers: Record<string, string>,
  init: Pick<RequestInit, 'method' | 'body'> = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { ...init, headers, signal: abort.signal });
  const events: ServerEvent[] = [];
  let text = '';
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const part = Buffer.from(chunk).toString();
      text += part;
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop() ?? '';
      events.push(...blocks.flatMap((block) => eventOf(block)));
    }
  };
  const ended = read().catch(() => undefined);
  return { response, events, text: () => text, ended, close: () => abort.abort() };
}

function eventOf(block: string): ServerEvent[] {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  if (field('data') === '') return [];
  return [
    {
      event: field('event'),
      id: field('id'),
      data: JSON.parse(field('data')) as Record<string, unknown>,
    },
  ];
}
