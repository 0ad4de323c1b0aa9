import { Global, Module } from '@nestjs/common';
import { port } from '../ports/port.js';
import { Clock, SystemClock } from './clock.js';

@Global()
@Module({ providers: port(Clock, { useClass: SystemClock }), exports: [Clock] })
export class ClockModule {}
