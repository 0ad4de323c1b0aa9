/* Farebox, as built, with paid routes that stream, or never answer: what a kill and a deadline cut off. */
import 'reflect-metadata';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../dist/app.module.js';
import { configureApp, createAdapter } from '../../../dist/configure-app.js';
import { endOnSignal } from '../../../dist/end-on-signal.js';
import { CurrentCall, LedgerModule, Monetized } from '../../../dist/modules/ledger/index.js';
import { readSettings } from '../../../dist/platform/config/read-environment.js';
import { Log, NestLog } from '../../../dist/platform/logging/logger.js';

const UNITS = 7;
const EVERY_MS = 100;

class StreamsController {
  /** Lines with the units so far, for as many `parts` as are asked for. */
  stream(call, parts) {
    return Readable.from(count(call, Number(parts)));
  }

  hang(call) {
    call.addUnits(UNITS);
    return new Promise(() => undefined);
  }
}

async function* count(call, parts) {
  for (let part = 0; part < parts; part++) {
    call.addUnits(UNITS);
    yield `${call.units}\n`;
    await delay(EVERY_MS);
  }
}

const { prototype } = StreamsController;
for (const [name, path] of [
  ['stream', 'streams/:name'],
  ['hang', 'hangs/:name'],
]) {
  const method = Object.getOwnPropertyDescriptor(prototype, name);
  Get(path)(prototype, name, method);
  CurrentCall()(prototype, name, 0);
}
Query('parts')(prototype, 'stream', 1);
Controller()(StreamsController);
Monetized()(StreamsController);

class StreamsModule {}
Module({ imports: [AppModule, LedgerModule], controllers: [StreamsController] })(StreamsModule);

const settings = readSettings();
const log = Log.create(settings.get('LOG_LEVEL'));
const app = await NestFactory.create(StreamsModule, createAdapter(settings), {
  logger: new NestLog(log),
  bodyParser: false,
});
await configureApp(app, settings);
endOnSignal(app, log);
await app.listen(settings.get('PORT'), settings.get('HOST'));
