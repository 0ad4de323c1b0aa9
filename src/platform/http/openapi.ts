import { createRequire } from 'node:module';
import type * as Swagger from '@nestjs/swagger';

/** `ERR_REQUIRE_ESM` comes from test runners with a loader of their own, in which no document is served. */
const ABSENT = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_REQUIRE_ESM']);

function load(): typeof Swagger | undefined {
  try {
    return createRequire(import.meta.url)('@nestjs/swagger') as typeof Swagger;
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/**
 * The decorators of `@nestjs/swagger`, where an application has it: our routes are then in its document. Where it has not, they
 * do nothing. Loaded by `require`: an import would fail without it, and CommonJS cannot require modules that await one.
 */
const swagger = load();

const nothing = (): (() => void) => () => undefined;

function decorator<K extends keyof typeof Swagger>(name: K): (typeof Swagger)[K] {
  return swagger ? swagger[name] : (nothing as unknown as (typeof Swagger)[K]);
}

export const ApiAcceptedResponse = decorator('ApiAcceptedResponse');
export const ApiBearerAuth = decorator('ApiBearerAuth');
export const ApiBody = decorator('ApiBody');
export const ApiCreatedResponse = decorator('ApiCreatedResponse');
export const ApiExcludeController = decorator('ApiExcludeController');
export const ApiExtension = decorator('ApiExtension');
export const ApiExtraModels = decorator('ApiExtraModels');
export const ApiHeader = decorator('ApiHeader');
export const ApiNoContentResponse = decorator('ApiNoContentResponse');
export const ApiOkResponse = decorator('ApiOkResponse');
export const ApiOperation = decorator('ApiOperation');
export const ApiParam = decorator('ApiParam');
export const ApiProperty = decorator('ApiProperty');
export const ApiPropertyOptional = decorator('ApiPropertyOptional');
export const ApiQuery = decorator('ApiQuery');
export const ApiResponse = decorator('ApiResponse');
export const ApiTags = decorator('ApiTags');
export const getSchemaPath = decorator('getSchemaPath');
export type { OpenAPIObject } from '@nestjs/swagger';
