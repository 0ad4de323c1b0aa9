import { Global, Module } from '@nestjs/common';
import { Jobs } from './jobs.js';
import { Sweep } from './sweep.js';

@Global()
@Module({ providers: [Jobs, Sweep], exports: [Jobs, Sweep] })
export class JobsModule {}
