/** Start data of the sender's thread. */
export interface SenderData {
  applicationId: string;
  baseUri: string | undefined;
}

/** `events`: UTF-8 of a JSON array as sent. `config`: requests the collector's configuration. */
export type SenderRequest =
  { id: number; ask: 'send'; events: Uint8Array<ArrayBuffer> } | { id: number; ask: 'config' };

export interface SenderAnswer {
  id: number;
  failure?: { message: string; code: string | number | undefined };
  body?: unknown;
}
