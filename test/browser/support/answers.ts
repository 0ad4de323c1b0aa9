import type { Scripted } from './stub-server.js';

/** A token of the real shape: header, claims with `exp`, signature. It ends on 19 February 2027, 12:00 UTC. */
export const TOKEN = [
  { alg: 'HS256', typ: 'JWT' },
  {
    id: 'cus_QXg1o8vlGmRkp2',
    sub: 'cus_QXg1o8vlGmRkp2',
    jti: '0193a5f2-3c1e-7d9a-b1f4-6b8f0c2d4e6a',
    iat: 1795176000,
    exp: 1803038400,
    iss: 'farebox',
    aud: 'farebox-api',
  },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJlLXRoYXQtbm9ib2R5LWNoZWNrcy1oZXJl')
  .join('.');

export const REGISTERED: Scripted = {
  body: {
    jwt: TOKEN,
    customerId: 'cus_QXg1o8vlGmRkp2',
    subscriptionId: 'sub_1PgafTB7WZ01zgkWb3Hc2XyZ',
    plan: 'starter',
  },
};

export const CALLED: Scripted = {
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'this is a response',
};

/** An error as the API words it. */
export function problem(
  status: number,
  code: string,
  detail: string,
  more: { errors?: { field: string; message: string }[]; retryAfter?: string } = {},
): Scripted {
  return {
    status,
    ...(more.retryAfter === undefined ? {} : { headers: { 'retry-after': more.retryAfter } }),
    body: {
      type: `https://farebox.example/problems/${code}`,
      title: code.replaceAll('_', ' '),
      status,
      detail,
      code,
      requestId: '0193a5f2-9b7c-7c31-8e55-2f1d7a60c9d4',
      ...(more.errors ? { errors: more.errors } : {}),
    },
  };
}

export const PLANS: Scripted = {
  body: {
    plans: [
      {
        id: 'starter',
        name: 'Starter',
        description: 'Pay for what you call.',
        price: '$0.01 per call',
        default: true,
      },
      {
        id: 'bundle',
        name: 'Bundle',
        description: '',
        price: '$10 per 1,000 calls (partial packages count as full)',
      },
      {
        id: 'graduated',
        name: 'Graduated',
        description: 'Each call has the price of its step.',
        price: 'Calls 1 to 100: $10.00 each; calls 101 to 150: $5.00 each; from call 151: $2.00 each',
      },
      { id: 'volume', name: 'Volume', description: '', price: 'All calls at $10.00 up to 50, $7.00 beyond' },
    ],
  },
};
