import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../support/postgres.js';

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('gives each caller a database of its own', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await rows(one.url, 'create table t (n int)');
    await expect(rows(other.url, 'select * from t')).rejects.toThrow('does not exist');
    await Promise.all([one.drop(), other.drop()]);
    await expect(rows(one.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it('prepares a template once and hands out copies of it', async () => {
    let prepared = 0;
    const template = {
      name: 'of_this_spec',
      prepare: async (url: string) => {
        prepared++;
        await rows(url, 'create table t as select 7 as n');
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase({ template })));
    expect(prepared).toBe(1);
    for (const { url } of databases) expect(await rows(url, 'select n from t')).toEqual([{ n: 7 }]);
    await Promise.all(databases.map((database) => database.drop()));
  });
});
