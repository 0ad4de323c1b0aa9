import { applyDecorators, Controller, SetMetadata, UseFilters, UseGuards, UsePipes } from '@nestjs/common';
import { AuthenticationGuard } from '../identity/authentication.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { validationPipe } from './validation.pipe.js';

/** The groups of our own routes. An application can leave out each of them. */
export const ROUTE_GROUPS = [
  'register',
  'account',
  'plans',
  'portal',
  'admin',
  'webhooks',
  'health',
] as const;
export type RouteGroup = (typeof ROUTE_GROUPS)[number];

/** The key of the group in a controller's metadata. */
export const ROUTE_GROUP = 'farebox:route-group';

const validation = validationPipe();

/**
 * A controller of our own. It brings its authentication, validation and form of errors along, and leaves those of the
 * application around it alone.
 */
export const OwnController = (group: RouteGroup, path = ''): ClassDecorator =>
  applyDecorators(
    UseGuards(AuthenticationGuard),
    UsePipes(validation),
    UseFilters(ProblemDetailsFilter),
    SetMetadata(ROUTE_GROUP, group),
    Controller(path),
  );
