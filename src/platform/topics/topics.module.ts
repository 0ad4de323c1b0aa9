import { Global, Module } from '@nestjs/common';
import { Topics } from './topics.js';

@Global()
@Module({ providers: [Topics], exports: [Topics] })
export class TopicsModule {}
