import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '../../platform/http/openapi.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { OwnController } from '../../platform/http/own-routes.js';
import { Public } from '../auth/index.js';
import { OperatorGuard } from './session/operator.guard.js';

/** Routes under `/admin` for the operator only. The guard for customers' tokens does not apply. */
export const OperatorRoutes = (path: string): ClassDecorator =>
  applyDecorators(
    ApiTags('Operator'),
    ApiBearerAuth('operator'),
    ApiProblems({
      token_missing: 'Neither a session nor a bearer token was sent.',
      token_invalid: 'It is not ADMIN_TOKEN.',
      token_expired: 'The session has ended.',
      forbidden: 'With a session: the request does not come from our own page.',
      not_found: 'ADMIN_TOKEN is not set, or there is no such resource.',
      rate_limited: 'Too many wrong tokens from this address.',
      database_unavailable: 'The database is not available.',
    }),
    Public(),
    UseGuards(OperatorGuard),
    OwnController('admin', `admin/${path}`),
  );
