/*
 * The built application, whole, on a clock that stands still until the test moves it: as main.js, with another clock.
 * `CONTROL /clock {ms}` moves it; the others do at once what the application does when its time has come.
 * YEAR_PLANT=unit makes it tell Stripe of one call too many, once: the check must find that.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../dist/app.module.js';
import { configureApp, createAdapter } from '../../../dist/configure-app.js';
import { endOnSignal } from '../../../dist/end-on-signal.js';
import { RequestBudget } from '../../../dist/modules/billing/request-budget.js';
import { StripePace } from '../../../dist/modules/billing/stripe/stripe-pace.js';
import { StripeUsageSink } from '../../../dist/modules/billing/stripe/stripe-usage-sink.js';
import { WebhookApplier } from '../../../dist/modules/billing/webhooks/webhook-applier.js';
import { LateUsages, UsageReconciliation, UsageReporter } from '../../../dist/modules/usage/index.js';
import { SystemClock } from '../../../dist/platform/clock/clock.js';
import { readSettings } from '../../../dist/platform/config/read-environment.js';
import { Sweep } from '../../../dist/platform/jobs/sweep.js';
import { WorkQueues } from '../../../dist/platform/jobs/work-queues.js';
import { Log, NestLog } from '../../../dist/platform/logging/logger.js';

const WAIT_MS = 5;
/** Milliseconds since the epoch. */
let now = Number(process.env['YEAR_NOW_MS']);
// Before anything is made: a module's own provider cannot be replaced from outside.
SystemClock.prototype.now = () => new Date(now);
SystemClock.prototype.ms = () => now;
globalThis.yearNow = () => now;

// Time stands still, so whoever waits for totals or for other processes waits in vain: not for long, then.
const delay = timers.setTimeout;
timers.setTimeout = (ms, value, options) => delay(options ? ms : Math.min(ms, WAIT_MS), value, options);
syncBuiltinESMExports();
// A month of requests is made in a minute: Stripe's limits are those of its own time.
StripePace.prototype.read = (ask) => ask();
StripePace.prototype.send = (send) => send();
RequestBudget.prototype.spend = () => undefined;
RequestBudget.prototype.change = (_accountId, make) => make();

if (process.env['YEAR_PLANT'] === 'unit') {
  const send = StripeUsageSink.prototype.send;
  StripeUsageSink.prototype.send = function (event) {
    StripeUsageSink.prototype.send = send;
    return send.call(this, { ...event, value: event.value + 1n });
  };
}

const settings = readSettings();
const log = Log.create(settings.get('LOG_LEVEL'));
const app = await NestFactory.create(AppModule, createAdapter(settings), {
  logger: new NestLog(log),
  abortOnError: false,
  bodyParser: false,
});
await configureApp(app, settings);
await app.listen(settings.get('PORT'), settings.get('HOST'));

const part = (type) => app.get(type, { strict: false });
const COMMANDS = {
  '/clock': async ({ ms }) => {
    now = ms;
  },
  '/apply-webhooks': () => part(WebhookApplier).applyDue(),
  '/sweep': async ({ search }) => {
    await (search ? part(Sweep).run(search) : part(Sweep).runOnce());
    await part(WorkQueues).idle();
  },
  '/reconcile': () => part(UsageReconciliation).reconcile({ from: new Date(0) }, 10_000),
  '/bill-late': ({ startsAt, ...period }) =>
    part(LateUsages).bill({ ...period, startsAt: new Date(startsAt) }, 10_000),
  '/report': () => part(UsageReporter).report({ waitMs: 10_000, prove: 'due' }),
};
const control = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  try {
    const result = await COMMANDS[request.url](JSON.parse(body || '{}'));
    const text = JSON.stringify(result ?? null, (_key, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  } catch (error) {
    response.writeHead(500).end(String(error?.stack ?? error));
  }
}).listen(0, '127.0.0.1');
await once(control, 'listening');

endOnSignal(app, log, async () => {
  control.close();
  control.closeAllConnections();
});
// The application starts without its database, where that takes longer than its patience; the year does not.
while (!(await fetch(`http://127.0.0.1:${settings.get('PORT')}/health/ready`)).ok)
  await timers.setTimeout(20);
process.send?.({ control: `http://127.0.0.1:${control.address().port}` });
