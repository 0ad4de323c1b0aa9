/*
 * Farebox, as built, with every way in which a handler can answer. A call waits where its headers say, and goes on when the
 * process is asked to end, or never; the test is told of each call that came, with the id of its row.
 */
import 'reflect-metadata';
import { register } from 'node:module';
import { Injectable, Module } from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { defer, from, mergeMap } from 'rxjs';
import { AppModule } from '../../../dist/app.module.js';
import { configureApp, createAdapter } from '../../../dist/configure-app.js';
import { endOnSignal } from '../../../dist/end-on-signal.js';
import { LedgerModule } from '../../../dist/modules/ledger/index.js';
import { readSettings } from '../../../dist/platform/config/read-environment.js';
import { Log, NestLog } from '../../../dist/platform/logging/logger.js';

register('./typescript.js', import.meta.url);
const { AFTER, moments, WaysController } = await import('../../e2e/answers/ways.controller.ts');

/** What a call that waits has counted before its handler runs. */
const WAITING = 3;

const asked = new Promise((resolve) => process.once('SIGTERM', resolve));
const never = new Promise(() => undefined);
const waitsBetween = new WeakMap();

moments.late = () => undefined;
moments.between = (call) => waitsBetween.get(call) ?? new Promise((resolve) => setImmediate(resolve));

class Waits {
  intercept(context, next) {
    const [request, reply] = [context.switchToHttp().getRequest(), context.switchToHttp().getResponse()];
    const { 'x-call': name, 'x-waits': where, 'x-until': until } = request.headers;
    const call = request.exchange.paid?.metered;
    if (!call || name === undefined) return next.handle();
    call.addUnits(WAITING);
    const goesOn = until === 'never' ? never : asked;
    if (where === 'between') waitsBetween.set(call, goesOn);
    const late = () => call.addUnits(AFTER);
    reply.raw.once('close', () => {
      if (where === 'after') void goesOn.then(late);
      else late();
      process.send({ closed: name });
    });
    process.send({ name, id: request.exchange.id });
    return where === 'before' ? defer(() => from(goesOn).pipe(mergeMap(() => next.handle()))) : next.handle();
  }
}
Injectable()(Waits);

class WaysModule {}
Module({
  imports: [AppModule, LedgerModule],
  controllers: [WaysController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: Waits }],
})(WaysModule);

const settings = readSettings();
const log = Log.create(settings.get('LOG_LEVEL'));
const app = await NestFactory.create(WaysModule, createAdapter(settings), {
  logger: new NestLog(log),
  bodyParser: false,
});
await configureApp(app, settings);
endOnSignal(app, log);
await app.listen(settings.get('PORT'), settings.get('HOST'));
