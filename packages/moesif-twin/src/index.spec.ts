import { expect, it } from '@jest/globals';
import { startMoesifTwin } from './index.js';

it('startMoesifTwin shows what arrives, until it is stopped', async () => {
  const twin = await startMoesifTwin();
  const sent = await fetch(`${twin.url}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-moesif-application-id': 'a'.repeat(50) },
    body: JSON.stringify({ user_id: 'ada', company_id: 'engines' }),
  });
  expect(sent.status).toBe(201);
  const users = await fetch(`${twin.url}/_sandbox/users?user_id=ada`);
  expect(await users.json()).toMatchObject([{ user_id: 'ada', company_id: 'engines' }]);
  await twin.stop();
  await expect(fetch(twin.url)).rejects.toThrow();
});
