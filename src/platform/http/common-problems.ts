import type { OpenAPIObject } from './openapi.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { PROBLEM_TYPE, problemResponse } from './api-problem.decorator.js';
import { STATUS_OF } from './status-of.js';

type Problems = readonly (readonly [ErrorCode, string])[];

const OF_EVERY_ROUTE: Problems = [
  ['malformed_request', 'The URL, the headers or the body cannot be read.'],
  ['headers_too_large', 'The URL and headers are too long.'],
];
/** Fastify reads no body of GET and HEAD. */
const WITH_BODY: Problems = [
  ['request_timeout', 'The request timed out.'],
  ['payload_too_large', 'The body is too large.'],
  ['unsupported_media_type', 'The content type is not JSON.'],
];

interface Entry {
  $ref?: string;
  description?: string;
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

/** Adds the refusals of the HTTP layer, which come before the route runs, to every route of the document. */
export function documentCommonProblems(document: OpenAPIObject): OpenAPIObject {
  const shared: Record<string, ReturnType<typeof problemResponse>> = {};
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const responses = path[method]?.responses as Record<string, Entry> | undefined;
      if (!responses) continue;
      for (const problem of method === 'get' ? OF_EVERY_ROUTE : [...OF_EVERY_ROUTE, ...WITH_BODY])
        addProblem(responses, problem, shared);
    }
  }
  return { ...document, components: { ...document.components, responses: shared } };
}

/** Written once for all routes, unless the route has an entry of its own for the status. */
function addProblem(
  responses: Record<string, Entry>,
  [code, when]: Problems[number],
  shared: Record<string, ReturnType<typeof problemResponse>>,
): void {
  const status = STATUS_OF[code];
  const added = problemResponse(status, [[code, when]]);
  const present = responses[status];
  if (!present) {
    shared[code] = added;
    responses[status] = { $ref: `#/components/responses/${code}` };
    return;
  }
  const examples = present.content?.[PROBLEM_TYPE]?.examples ?? {};
  if (code in examples) return;
  present.description = [present.description, added.description].filter((text) => text).join('<br>');
  present.content = {
    ...present.content,
    [PROBLEM_TYPE]: {
      ...added.content[PROBLEM_TYPE],
      examples: { ...examples, ...added.content[PROBLEM_TYPE].examples },
    },
  };
}
