import {
  applyDecorators,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UseFilters,
  UseGuards,
  UsePipes,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { MODULE_PATH } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { AuthenticationGuard } from '../identity/authentication.js';
import { OwnRequestGuard } from './own-request.guard.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { markOwn } from './route-limits.js';
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

/** Which of our routes an application has. A group that is not named is there. */
export type RouteOptions = {
  /** Stands before each of them, after a global prefix, and without a version: `billing` makes `/billing/account`. */
  prefix?: string | undefined;
} & { [group in RouteGroup]?: boolean | undefined };

const GROUPS = 'farebox:route-groups';

const validation = validationPipe();

/**
 * A controller of our own. It brings its authentication, validation and form of errors along, and leaves those of the
 * application around it alone.
 * @param groups left out when an application leaves all of them out
 */
export const OwnController = (groups: RouteGroup | readonly RouteGroup[], path = ''): ClassDecorator =>
  applyDecorators(
    UseGuards(OwnRequestGuard, AuthenticationGuard),
    UsePipes(validation),
    UseFilters(ProblemDetailsFilter),
    SetMetadata(GROUPS, [groups].flat()),
    // An application that versions its routes leaves ours where they are.
    Controller({ path, version: VERSION_NEUTRAL }),
    markOwn,
  );

/** Whether a handler is one of Farebox's own: for the global guards of an application around us, which ours do not need. */
export const isFareboxRoute = (context: ExecutionContext): boolean =>
  Reflect.hasMetadata(GROUPS, context.getClass());

/** Provides the `RouteOptions`. */
export const ROUTES = Symbol('farebox.routes');

/**
 * Takes away the controllers of the groups that an application leaves out, and puts the prefix before the others. Done
 * when it is made, which is before Nest registers routes: options that come from a factory are known by then.
 */
@Injectable()
export class OwnRoutes {
  constructor(modules: ModulesContainer, @Inject(ROUTES) { prefix, ...groups }: RouteOptions) {
    for (const module of modules.values())
      for (const [token, { metatype }] of module.controllers) {
        const own = metatype && (Reflect.getMetadata(GROUPS, metatype) as RouteGroup[] | undefined);
        if (!own) continue;
        if (own.every((group) => groups[group] === false)) module.controllers.delete(token);
        // As RouterModule does, which would need to know the prefix before the options are there.
        else if (prefix) Reflect.defineMetadata(MODULE_PATH + modules.applicationId, prefix, module.metatype);
      }
  }
}
