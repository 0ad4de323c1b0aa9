import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from './openapi.js';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** The `limit` of a list: how many entries a page has at most, 1 to `maximum`; optional. */
export const PageLimit = ({
  maximum,
  default: byDefault,
  tooMany = `must be at most ${maximum}`,
  description,
}: {
  maximum: number;
  default: number;
  tooMany?: string;
  description?: string;
}): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      ...(description === undefined ? {} : { description }),
      minimum: 1,
      maximum,
      default: byDefault,
    }),
    IsOptional(),
    Max(maximum, { message: tooMany }),
    Min(1, { message: 'must be at least 1' }),
    IsInt({ message: 'must be a whole number' }),
    Type(() => Number),
  );
