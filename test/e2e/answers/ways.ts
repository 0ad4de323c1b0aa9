/** What a way of `WaysController` comes to. */
export interface Way {
  path: string;
  verb?: 'GET' | 'HEAD' | 'PUT';
  status: number;
  /** What the caller reads; absent: it is not looked at. */
  text?: string;
  /** The connection breaks while the body is read, or before the head has come. */
  breaks?: true;
  /** Counted while the answer streams. */
  parts?: number;
  /** Its head leaves before its handler runs, when that waits. */
  headFirst?: true;
  /** Waits in the middle, with something of the answer given. */
  pauses?: true;
  /** Only this adapter has it. */
  only?: 'fastify' | 'express';
  /** The answer is kept under an Idempotency-Key. */
  kept: boolean;
}

const plain = (path: string, text = 'abc', status = 200): Way => ({ path, status, text, kept: true });
const streamed = (path: string, status = 200): Way => ({
  path,
  status,
  text: 'abc',
  parts: 3,
  pauses: true,
  kept: false,
});

const WAYS: readonly Way[] = [
  plain('text'),
  plain('object', '{"abc":1}'),
  plain('nothing', ''),
  plain('promise'),
  plain('observable'),
  plain('concat'),
  streamed('file'),
  { ...plain('file-bytes'), kept: false },
  { ...streamed('node-stream'), only: 'fastify' },
  { ...streamed('generator'), only: 'fastify' },
  { ...streamed('web-stream'), only: 'fastify' },
  { ...streamed('response', 202), only: 'fastify' },
  { path: 'sse', status: 200, parts: 3, headFirst: true, pauses: true, kept: false },
  { path: 'sse-fails', status: 409, headFirst: true, kept: true },
  plain('reply-send', '{"abc":1}', 201),
  { ...streamed('reply-send-stream'), only: 'fastify' },
  { ...streamed('reply-send-web-stream'), only: 'fastify' },
  { ...plain('reply-trailer'), only: 'fastify', kept: false },
  plain('passthrough', 'abc', 203),
  { path: 'redirect', status: 307, kept: true },
  { path: 'reply-redirect', status: 303, kept: true },
  plain('code-and-header', 'abc', 206),
  plain('no-content', '', 204),
  plain('not-modified', '', 304),
  plain('hijack'),
  { ...plain('hijack-later', 'abc', 201), pauses: true, kept: false },
  plain('raw-end'),
  plain('raw-head-end', 'abc', 201),
  plain('raw-head-list', 'abc', 201),
  { ...plain('raw-flush'), pauses: true, kept: false },
  { ...plain('raw-without-return'), kept: false },
  streamed('pipe'),
  streamed('pipeline'),
  { path: 'large', status: 200, kept: false },
  plain('early-hints'),
  { path: 'throws', status: 500, kept: false },
  { path: 'conflict', status: 409, kept: true },
  { path: 'gone', status: 410, kept: true },
  { path: 'unprocessable', status: 422, text: '{"why":"no reason","at":["x"]}', kept: true },
  { path: 'bad-gateway', status: 502, kept: false },
  { path: 'teapot', status: 418, kept: true },
  { path: 'bad-header', status: 500, kept: false },
  { path: 'bad-status', status: 500, kept: false },
  { path: 'stream-fails-at-once', only: 'fastify', status: 500, kept: false },
  // Nest answers so on Express.
  { path: 'stream-fails-at-once', only: 'express', status: 400, kept: true },
  { path: 'stream-fails-midway', status: 200, parts: 2, breaks: true, pauses: true, kept: false },
  {
    path: 'reply-stream-fails-midway',
    only: 'fastify',
    status: 200,
    parts: 2,
    breaks: true,
    pauses: true,
    kept: false,
  },
  { path: 'pipeline-fails-midway', status: 200, parts: 2, breaks: true, pauses: true, kept: false },
  { path: 'throws-after-first-byte', status: 200, breaks: true, kept: false },
  { path: 'destroys', status: 200, breaks: true, kept: false },
  { path: 'head', verb: 'HEAD', status: 200, text: '', kept: true },
  { path: 'all', verb: 'HEAD', status: 200, text: '', kept: true },
  { ...plain('all'), verb: 'PUT' },
];

export const waysOf = (adapter: 'fastify' | 'express'): readonly Way[] =>
  WAYS.filter(({ only = adapter }) => only === adapter);

export const titleOf = ({ verb = 'GET', path }: Way): string => `${verb} ${path}`;
