/** What the sender's thread is started with. */
export interface SenderData {
  applicationId: string;
  baseUri: string | undefined;
}

/** `events`: wire JSON of events, joined by commas. `config`: the collector's configuration is asked for. */
export type SenderRequest = { id: number; ask: 'send'; events: string } | { id: number; ask: 'config' };

export interface SenderAnswer {
  id: number;
  failure?: { message: string; code: string | number | undefined };
  body?: unknown;
}
