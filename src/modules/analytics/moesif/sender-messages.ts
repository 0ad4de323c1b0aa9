/** What the sender's thread is started with. */
export interface SenderData {
  applicationId: string;
  baseUri: string | undefined;
}

/** `events`: UTF-8 of a JSON array as it goes over the wire. `config`: the collector's configuration is asked for. */
export type SenderRequest =
  { id: number; ask: 'send'; events: Uint8Array<ArrayBuffer> } | { id: number; ask: 'config' };

export interface SenderAnswer {
  id: number;
  failure?: { message: string; code: string | number | undefined };
  body?: unknown;
}
