import type { Operation } from './operations.js';
import type { RawAnswer } from './raw-request.js';

const PROBLEM = 'application/problem+json';

/**
 * What is wrong with an answer: no fault of ours, a status that the document has for the route, in a content type that it
 * has, and as an error in the form of every error.
 * @returns one sentence each; none for an answer as documented.
 */
export function complaintsAbout(operation: Operation, method: string, answer: RawAnswer): string[] {
  const { status, headers, text } = answer;
  const complaints: string[] = [];
  if (status >= 500) complaints.push(`answers ${status}, and nothing is away`);
  const types = operation.answers.get(status);
  if (!types) complaints.push(`answers ${status}, which the document does not have for ${operation.name}`);
  const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  if (types && type !== '' && !types.includes(type))
    complaints.push(`answers ${status} as ${type}, not as documented: ${types.join(', ')}`);
  if (headers['x-request-id'] === undefined) complaints.push('answers without x-request-id');
  if (type === PROBLEM) {
    if (method !== 'HEAD') complaints.push(...complaintsAboutProblem(status, headers, text));
  } else if (status >= 400 && type !== 'text/html') complaints.push(`answers an error as "${type}"`);
  return complaints;
}

function complaintsAboutProblem(status: number, headers: RawAnswer['headers'], text: string): string[] {
  const problem = JSON.parse(text) as Record<string, unknown>;
  return [
    ...(problem['status'] === status ? [] : ['names another status in its body']),
    ...(problem['requestId'] === headers['x-request-id'] ? [] : ['names another request id in its body']),
    ...(typeof problem['code'] === 'string' && typeof problem['detail'] === 'string'
      ? []
      : ['has no code or detail']),
  ];
}
