import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'farebox:public';

/** Opens a route, or all of a controller, to everyone: every other route requires a token. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(IS_PUBLIC, true);
