import { Module } from '@nestjs/common';
import { PaidRouteGuard } from './paid-route.guard.js';

/** What was called, and what it counts for. */
@Module({ providers: [PaidRouteGuard], exports: [PaidRouteGuard] })
export class MeteringModule {}
