import { Global, Module } from '@nestjs/common';
import { Sweep } from './sweep.js';
import { WorkQueues } from './work-queues.js';

@Global()
@Module({ providers: [Sweep, WorkQueues], exports: [Sweep, WorkQueues] })
export class JobsModule {}
