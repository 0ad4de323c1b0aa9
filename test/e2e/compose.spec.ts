import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { bearer, type Farebox, request, startFarebox, STRIPE_KEY, stripeList } from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Service {
  build?: { context: string; target: string };
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
}

const { services, volumes } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { services: Record<string, Service>; volumes: Record<string, null> };

describe('docker-compose.yml', () => {
  it('gives the application every setting that it needs with the twins', () => {
    const names = Object.keys(services['app']?.environment ?? {});
    expect(names).toEqual(
      expect.arrayContaining([
        'STRIPE_KEY',
        'STRIPE_API_BASE',
        'MOESIF_APPLICATION_ID',
        'MOESIF_BASE_URI',
        'TOKEN_SECRET',
        'DATABASE_URL',
        'PUBLIC_URL',
        'SMTP_URL',
        'MAIL_FROM',
        'ENV_FILE',
      ]),
    );
  });

  it('names hosts, ports and volumes that are there', () => {
    for (const address of Object.values(services['app']?.environment ?? {})) {
      const [, host = '127.0.0.1'] = address.match(/^\w+:\/\/(?:.*@)?([^:/@]+)/) ?? [];
      expect([...Object.keys(services), '127.0.0.1']).toContain(host);
    }
    const open = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(open.sort()).toEqual([3000, 4010, 4020, 4030, 9464].map((port) => `127.0.0.1:${port}:${port}`));
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect([...new Set(mounted.map((volume) => volume.split(':')[0]))].sort()).toEqual(
      Object.keys(volumes).sort(),
    );
  });

  it('runs the application in the image that goes to production, and everything beside it in the other', () => {
    const { app, postgres, ...sandbox } = services;
    expect(app?.build).toEqual({ context: '.', target: 'application' });
    for (const service of Object.values(sandbox))
      expect(service.build).toEqual({ context: '.', target: 'sandbox' });
    expect(postgres?.build).toBeUndefined();
  });

  it('connects before the application reads its settings, and leaves the secret where it looks', () => {
    const { app, setup } = services;
    expect(app?.depends_on?.['setup']?.condition).toBe('service_completed_successfully');
    expect(setup?.command?.join(' ')).toContain('node dist/sandbox/connect.js');
    expect(app?.environment?.['ENV_FILE']).toBe('/data/application.env');
    expect(setup?.volumes).toEqual(app?.volumes);
  });
});

describe('what its setup runs', () => {
  let farebox: Farebox;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'farebox-compose-'));
    farebox = await startFarebox();
  });
  afterAll(async () => {
    await farebox?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const connect = () =>
    runProcess({
      script: join(root, 'dist/sandbox/connect.js'),
      args: [
        `--stripe=${farebox.stripeUrl}`,
        `--moesif=${farebox.moesifUrl}`,
        `--application=${farebox.url}`,
        `--settings-file=${join(dir, 'application.env')}`,
      ],
      env: farebox.env,
      cwd: dir,
    });
  const urls = async () =>
    (await stripeList(farebox, '/v1/webhook_endpoints')).map(({ id, url }) => [id, url]);

  it('makes both endpoints once, and keeps the secret for its owner alone', async () => {
    expect(await connect()).toMatchObject({ code: 0 });
    const file = join(dir, 'application.env');
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^STRIPE_WEBHOOK_SECRET=whsec_\w+,whsec_\w+$/m);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const made = await urls();
    expect(made.map(([, url]) => url)).toContain(`${farebox.url}/webhooks/stripe`);
    expect(made).toHaveLength(2);
    expect(await connect()).toMatchObject({ code: 0 });
    expect([await urls(), readFileSync(file, 'utf8')]).toEqual([made, text]);
  });

  it('makes a secret with which the application believes what Stripe sends', async () => {
    await farebox.app.stop();
    await farebox.startApp({ ENV_FILE: join(dir, 'application.env') });
    const made = await fetch(`${farebox.stripeUrl}/v1/customers`, {
      method: 'POST',
      ...bearer(STRIPE_KEY),
      body: new URLSearchParams({ email: 'ada@example.com' }),
    });
    expect(made.status).toBe(200);
    await until(async () =>
      /^farebox_webhooks_stored_total [1-9]/m.test((await request(`${farebox.url}/metrics`)).text),
    );
  });
});
