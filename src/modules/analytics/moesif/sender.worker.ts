/*
 * A thread for requests to Moesif's collector: serialising, compressing and sending thousands of events must not block
 * the event loop of the API. One message in (`SenderRequest`), one message out (`SenderAnswer`).
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import moesifapi from 'moesifapi';
import type { SenderAnswer, SenderData, SenderRequest } from './sender-messages.js';

/** Requests have priority when CPU is short. On Linux this applies to the thread; elsewhere to the process. */
const NICENESS = 5;

interface Failure {
  errorMessage?: string;
  errorCode?: string | number;
}

const { applicationId, baseUri } = workerData as SenderData;
moesifapi.configuration.ApplicationId = applicationId;
if (baseUri !== undefined) moesifapi.configuration.BaseUri = baseUri;
if (process.platform === 'linux') setPriority(0, NICENESS);

parentPort?.on('message', (request: SenderRequest) => {
  const done = (failure: Failure | null, response?: { body?: unknown }): void => {
    // The service's answer is left out: it may quote the request.
    const answer: SenderAnswer = failure
      ? {
          id: request.id,
          failure: { message: failure.errorMessage ?? 'no reason given', code: failure.errorCode },
        }
      : { id: request.id, body: request.ask === 'config' ? response?.body : undefined };
    parentPort?.postMessage(answer);
  };
  const { ApiController } = moesifapi;
  if (request.ask === 'config') ApiController.getAppConfig(done);
  else
    ApiController.createEventsBatch(
      JSON.parse(Buffer.from(request.events.buffer).toString()) as object[],
      done,
    );
});
