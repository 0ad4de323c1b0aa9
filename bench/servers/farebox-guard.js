/*
 * Farebox with one more route, which is guarded and costs nothing: what the framework, the guard and the interceptor
 * take, without the ledger. The modules are the product's own, as built.
 */
import 'reflect-metadata';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../dist/app.module.js';
import { configureApp, createAdapter } from '../../dist/configure-app.js';
import { readSettings } from '../../dist/platform/config/read-environment.js';
import { Log, NestLog } from '../../dist/platform/logging/logger.js';

class GuardedController {
  answer() {
    return 'this is a response';
  }
}
const method = Object.getOwnPropertyDescriptor(GuardedController.prototype, 'answer');
Get()(GuardedController.prototype, 'answer', method);
Header('content-type', 'text/plain; charset=utf-8')(GuardedController.prototype, 'answer', method);
Controller('guarded')(GuardedController);

class GuardedModule {}
Module({ imports: [AppModule], controllers: [GuardedController] })(GuardedModule);

const settings = readSettings();
const log = Log.create(settings.get('LOG_LEVEL'));
const app = await NestFactory.create(GuardedModule, createAdapter(settings), {
  logger: new NestLog(log),
  bodyParser: false,
});
await configureApp(app, settings);
await app.listen(settings.get('PORT'), settings.get('HOST'));
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
