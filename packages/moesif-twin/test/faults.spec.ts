import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { modelEvent } from './support/samples.js';
import { Sdk } from './support/sdk.js';
import { sandboxApplicationId, Twin } from './support/twin.js';

/** What the SDKs do when Moesif fails: the application's analytics module counts on each of these. */
let twin: Twin;
let plain: Sdk;
let retrying: Sdk;

beforeAll(async () => {
  twin = await Twin.start();
  const connection = { applicationId: sandboxApplicationId, baseUri: twin.baseUri };
  plain = Sdk.start();
  retrying = Sdk.start();
  await plain.configure({ ApplicationId: connection.applicationId, BaseUri: connection.baseUri });
  await retrying.startMiddleware(connection);
});

beforeEach(async () => {
  await twin.post('/_sandbox/reset', {});
});

afterEach(async () => {
  expect(await twin.get('/_sandbox/faults')).toEqual([]);
});

afterAll(async () => {
  await Promise.all([plain.stop(), retrying.stop()]);
  await twin.stop();
});

async function fault(settings: Record<string, unknown>): Promise<void> {
  expect((await twin.post('/_sandbox/faults', settings)).status).toBe(201);
}

async function counts(): Promise<Record<string, number>> {
  return twin.get('/_sandbox/counts');
}

describe('an error status', () => {
  it('rejects at once, without a retry, and names the status in its message only', async () => {
    for (const [status, code] of [
      [500, 'ERR_BAD_RESPONSE'],
      [429, 'ERR_BAD_REQUEST'],
    ] as const) {
      await fault({ path: '/v1/users', status });
      await expect(retrying.middleware('updateUser', { userId: 'u' })).rejects.toEqual({
        errorMessage: `Request failed with status code ${status}`,
        errorCode: code,
      });
    }
    expect((await counts())['users']).toBe(0);
    expect(await retrying.middleware('updateUser', { userId: 'u' })).toEqual({ statusCode: 201 });
  });

  it('moesifapi’s callback has the status in its third argument', async () => {
    await fault({ path: '/v1/events/batch', status: 503, headers: { 'retry-after': '5' } });
    const result = await plain.controller('createEventsBatch', [modelEvent()], 'EventModel');
    expect(result).toMatchObject({
      error: { errorCode: 'ERR_BAD_RESPONSE' },
      statusCode: null,
      contextStatus: 503,
    });
    expect((await counts())['events']).toBe(0);
  });
});

describe('a connection that is cut', () => {
  it('before the work: moesif-nodejs tries once more, moesifapi alone does not', async () => {
    await fault({ path: '/v1/users', drop: 'before' });
    expect(await retrying.middleware('updateUser', { userId: 'again' })).toEqual({ statusCode: 201 });
    expect((await counts())['users']).toBe(1);

    await fault({ path: '/v1/events/batch', drop: 'before' });
    const result = await plain.controller('createEventsBatch', [modelEvent()], 'EventModel');
    expect(result).toMatchObject({
      error: { errorCode: 'ECONNRESET' },
      statusCode: null,
      contextStatus: null,
    });
    expect((await counts())['events']).toBe(0);
  });

  it('twice: moesif-nodejs gives up', async () => {
    await fault({ path: '/v1/companies', drop: 'before', times: 2 });
    await expect(retrying.middleware('updateCompany', { companyId: 'c' })).rejects.toMatchObject({
      errorCode: 'ECONNRESET',
    });
    expect((await counts())['companies']).toBe(0);
  });

  it('after the work: the events are there once per attempt', async () => {
    await fault({ path: '/v1/events/batch', drop: 'after' });
    const alone = await plain.controller('createEventsBatch', [modelEvent()], 'EventModel');
    expect(alone.error).toMatchObject({ errorCode: 'ECONNRESET' });
    expect((await counts())['events']).toBe(1);

    await fault({ path: '/v1/events/batch', drop: 'after' });
    const result = await retrying.controller('createEventsBatch', [modelEvent()], 'EventModel');
    expect(result).toMatchObject({ error: null, statusCode: 201 });
    expect((await counts())['events']).toBe(3);
  });

  it('nobody listening: rejects with the system’s code', async () => {
    const away = Sdk.start();
    const closed = await Twin.start();
    await away.configure({ ApplicationId: sandboxApplicationId, BaseUri: closed.baseUri });
    await closed.stop();
    const result = await away.controller('updateUser', { userId: 'u' }, 'UserModel');
    expect(result).toMatchObject({ error: { errorCode: 'ECONNREFUSED' }, contextStatus: null });
    await away.stop();
  });
});

describe('a delay', () => {
  it('makes the answer late and nothing else', async () => {
    await fault({ path: '/v1/users', delayMs: 300 });
    const start = performance.now();
    expect(await retrying.middleware('updateUser', { userId: 'late' })).toEqual({ statusCode: 201 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
    expect((await counts())['users']).toBe(1);
  });
});
