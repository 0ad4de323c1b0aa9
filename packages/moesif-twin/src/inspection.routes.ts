import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Faults } from '@farebox/twin-kit';
import type { EventLog, Logged } from './event-log.js';
import { actionView, eventView, transactionIdOf } from './event-shape.js';
import type { JsonObject } from './json.js';
import { MoesifError } from './moesif-error.js';
import { settingsSchema } from './settings.js';
import type { TwinState } from './twin-state.js';

const querySchema = z.strictObject({
  user_id: z.string().optional(),
  company_id: z.string().optional(),
  subscription_id: z.string().optional(),
  transaction_id: z.string().optional(),
  /** How many at most; the newest are taken. */
  limit: z.coerce.number().int().min(1).optional(),
});
type Query = z.infer<typeof querySchema>;

const resetSchema = z.strictObject({ keepSettings: z.boolean().default(false) });

/**
 * What arrived, for tests and people. Lists are plain arrays, oldest first; `?user_id=`, `?company_id=`,
 * `?subscription_id=`, `?transaction_id=` choose, `?limit=` takes the newest.
 */
export async function inspectionRoutes(
  scope: FastifyInstance,
  { state, faults }: { state: TwinState; faults: Faults },
): Promise<void> {
  scope.get('/_sandbox/events', async (request) => fromMemory(state.events, eventView, request.query));
  scope.get('/_sandbox/actions', async (request) => fromMemory(state.actions, actionView, request.query));
  // Everything that the disk holds, for checks that count more than memory does: one JSON object a line.
  scope.get('/_sandbox/events.ndjson', async (_request, reply) => {
    reply.type('application/x-ndjson');
    return reply.send(Readable.from(lines(state.events.all())));
  });
  scope.get('/_sandbox/users', async (request) => chosen(state.views.users(), request.query));
  scope.get('/_sandbox/companies', async (request) => chosen(state.views.companies(), request.query));
  scope.get('/_sandbox/subscriptions', async (request) => chosen(state.views.subscriptions(), request.query));
  scope.get('/_sandbox/counts', async () => countsOf(state));
  scope.get('/_sandbox/settings', async () => state.settings.view);
  scope.post('/_sandbox/settings', async (request) => {
    state.settings.change(parsed(settingsSchema, request.body));
    return state.settings.view;
  });
  scope.post('/_sandbox/reset', async (request, reply) => {
    state.reset(parsed(resetSchema, request.body ?? {}).keepSettings);
    faults.clear();
    return reply.code(204).send();
  });
}

/** Totals since the last reset; `eventsInMemory` are those that `/_sandbox/events` can still show. */
export function countsOf(state: TwinState): Record<string, number> {
  return {
    events: state.events.total,
    eventWeight: state.events.totalWeight,
    eventsInMemory: state.events.held,
    actions: state.actions.total,
    users: state.views.users().length,
    companies: state.views.companies().length,
    subscriptions: state.views.subscriptions().length,
    stripeObjects: state.stripe.size,
  };
}

function fromMemory(log: EventLog, view: (logged: Logged) => JsonObject, rawQuery: unknown): JsonObject[] {
  const { limit, ...wanted } = parsed(querySchema, rawQuery);
  return log.newest(limit ?? Number.POSITIVE_INFINITY, (item) => matches(item, wanted)).map(view);
}

function chosen(profiles: JsonObject[], rawQuery: unknown): JsonObject[] {
  const { limit, ...wanted } = parsed(querySchema, rawQuery);
  const found = profiles.filter((profile) => matches(profile, wanted));
  return limit === undefined ? found : found.slice(-limit);
}

function matches(item: JsonObject, { transaction_id, ...ids }: Omit<Query, 'limit'>): boolean {
  const idsFit = Object.entries(ids).every(([name, value]) => value === undefined || item[name] === value);
  return idsFit && (transaction_id === undefined || transactionIdOf(item) === transaction_id);
}

function* lines(all: Iterable<Logged>): Generator<string> {
  for (const logged of all) yield `${JSON.stringify(eventView(logged))}\n`;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new MoesifError(400, z.prettifyError(result.error));
  return result.data;
}
