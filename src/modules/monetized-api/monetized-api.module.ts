import { Module } from '@nestjs/common';
import { MeteringModule } from '../metering/index.js';
import { TestServiceController } from './test-service.controller.js';

/** Your paid endpoints. */
@Module({ imports: [MeteringModule], controllers: [TestServiceController] })
export class MonetizedApiModule {}
