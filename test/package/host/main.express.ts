import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { begin } from './begin.js';

void NestFactory.create<NestExpressApplication>(AppModule).then(begin);
