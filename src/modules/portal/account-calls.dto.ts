import { ApiProperty, ApiPropertyOptional } from '../../platform/http/openapi.js';
import { IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { CallFilter, CallRecord } from '../ledger/index.js';
import { PageLimit } from '../../platform/http/page-limit.decorator.js';

/** The longest page of JSON; of CSV, a longer one, as it is used to export everything. */
export const MAX_CALLS = 200;
export const MAX_CSV_CALLS = 10_000;
const DEFAULT_CALLS = 50;

const STATUS = /^(?:[1-5]xx|[1-5]\d\d)$/i;
const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;
/** A time without an offset would mean another moment on each machine. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const NOT_A_TIME = 'must be a time as 2026-11-21T08:00:00Z';

/** The filter of calls: the same for the list and for the live log. */
export class CallsFilterDto {
  @ApiPropertyOptional({ description: 'The exact route pattern.', example: '/test-service' })
  @IsOptional()
  @MaxLength(500, { message: 'must be at most 500 characters long' })
  @IsString({ message: 'must be given once' })
  route?: string;

  @ApiPropertyOptional({ description: 'A status or a status class.', example: '4xx' })
  @IsOptional()
  @Matches(STATUS, { message: 'must be a status such as 404, or a class such as 4xx' })
  status?: string;

  @ApiPropertyOptional({ example: 'GET' })
  @IsOptional()
  @Matches(/^[a-z]{1,20}$/i, { message: 'must be a method such as GET' })
  verb?: string;
}

export class CallsQueryDto extends CallsFilterDto {
  @ApiPropertyOptional({
    description: 'Calls that started at this time or later.',
    example: '2026-11-01T00:00:00Z',
  })
  @IsOptional()
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  from?: string;

  @ApiPropertyOptional({
    description: 'Calls that started before this time.',
    example: '2026-12-01T00:00:00Z',
  })
  @IsOptional()
  @Matches(TIME, { message: NOT_A_TIME })
  @IsISO8601({ strict: true }, { message: NOT_A_TIME })
  to?: string;

  @PageLimit({
    description: `At most ${MAX_CALLS}; ${MAX_CSV_CALLS} as CSV, which is its default.`,
    maximum: MAX_CSV_CALLS,
    default: DEFAULT_CALLS,
    tooMany: `must be at most ${MAX_CALLS}, or ${MAX_CSV_CALLS} as CSV`,
  })
  limit?: number;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page.', format: 'uuid' })
  @IsOptional()
  @Matches(UUID_V7, { message: 'must be the nextCursor of a page' })
  cursor?: string;

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'], { message: 'must be json or csv' })
  format?: 'json' | 'csv';
}

export class CallDto {
  @ApiProperty({ description: 'The x-request-id of the call.', format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ example: 'GET' })
  verb!: string;

  @ApiProperty({ description: "The route's pattern.", example: '/items/:id' })
  route!: string;

  @ApiProperty({
    description: 'Without its query; credentials and emails in it are masked.',
    example: '/items/7',
  })
  path!: string;

  @ApiProperty({ example: 200 })
  status!: number;

  @ApiProperty({ description: 'Duration until the response was ready.', example: 12.345 })
  durationMs!: number;

  @ApiProperty({ description: 'Units reported by the endpoint; otherwise 0.', example: 0 })
  units!: number;

  @ApiProperty({ description: 'The end user of the token, or your customer id.' })
  user!: string;

  @ApiProperty({ description: 'The token, by its jti.' })
  tokenId!: string;

  @ApiProperty({ description: 'Your plan at the time of the call.', example: 'standard' })
  plan!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      "Set if the row is a correction instead of a call: units that became known after that call's response had started.",
  })
  corrects!: string | null;
}

export class CallPageDto {
  @ApiProperty({ type: [CallDto], description: 'Newest first.' })
  calls!: CallDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The `cursor` of the next page; null at the end. Where a filter finds little, a page may hold few calls or none and still have a next one.',
  })
  nextCursor!: string | null;
}

export function limitOf({ limit, format }: CallsQueryDto): number {
  return limit ?? (format === 'csv' ? MAX_CSV_CALLS : DEFAULT_CALLS);
}

/** @returns the filter for the ledger; `from` and `to` of a query that has them. */
export function filterOf(query: CallsFilterDto & Pick<CallsQueryDto, 'from' | 'to'>): CallFilter {
  const { route, status, verb, from, to } = query;
  return {
    ...(route === undefined ? {} : { route }),
    ...(verb === undefined ? {} : { verb: verb.toUpperCase() }),
    ...(status === undefined ? {} : { status: statusRange(status) }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}

function statusRange(status: string): { from: number; to: number } {
  const isClass = /xx$/i.test(status);
  const from = isClass ? Number(status[0]) * 100 : Number(status);
  return { from, to: isClass ? from + 99 : from };
}

export function toCallDto(call: CallRecord): CallDto {
  const { id, startedAt, verb, route, path, status, durationUs, units, user, tokenId, plan, corrects } = call;
  const durationMs = durationUs / 1_000;
  return { id, startedAt, verb, route, path, status, durationMs, units, user, tokenId, plan, corrects };
}
