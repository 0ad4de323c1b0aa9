import { describe, expect, it } from '@jest/globals';
import { allowedRequestHeaders, maskBody, maskPath } from './masking.js';

describe('what leaves the house', () => {
  it('headers: those of the list, and no credential in them', () => {
    const kept = allowedRequestHeaders({
      host: 'api.example.com',
      'user-agent': 'curl sk_test_abc ada@example.com',
      authorization: 'Bearer eyJ',
      cookie: 'session=1',
      'x-api-key': 'secret',
    });
    expect(kept).toEqual({ 'user-agent': 'curl [secret] [email]' });
  });

  it('paths: without the values of the query, emails and credentials', () => {
    expect(maskPath('/users/ada@example.com/x?token=eyJa.b.c&q=1')).toBe(
      '/users/%5Bemail%5D/x?token=[masked]&q=[masked]',
    );
    expect(maskPath('/%E0%A4%A')).toContain('/');
  });

  it('bodies: masked by the names of fields and by what values look like', () => {
    expect(
      maskBody({
        item: 'tea',
        count: 2,
        password: 'x',
        customer: { email: 'ada@example.com', note: 'mail ada@example.com' },
        list: [{ api_key: 'k' }, 'sk_test_abc'],
      }),
    ).toEqual({
      item: 'tea',
      count: 2,
      password: '[masked]',
      customer: { email: '[masked]', note: 'mail [email]' },
      list: [{ api_key: '[masked]' }, '[secret]'],
    });
  });

  it.each([
    ['no JSON', 'hello'],
    ['bytes', Buffer.from('{}')],
    ['nothing', undefined],
    ['more than 8 KiB', { text: 'x'.repeat(9_000) }],
  ])('bodies: not %s', (_what, body) => {
    expect(maskBody(body)).toBeUndefined();
  });
});
