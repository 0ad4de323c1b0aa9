import type { FastifyInstance, FastifyRequest } from 'fastify';
import { acceptCollectorBodies, type CollectorBody } from './collector-body.js';
import type { EventLog } from './event-log.js';
import { checkedAction, checkedEvent, weightOf } from './event-shape.js';
import type { JsonObject } from './json.js';
import { MoesifError } from './moesif-error.js';
import type { SeenTransactions } from './seen-transactions.js';
import type { TwinState } from './twin-state.js';

/**
 * Moesif's collector API: write-only but for the SDK's configuration, with an application id in a header. Everything
 * accepted is answered 201, repeats of a transaction too, which are dropped.
 */
export async function collectorRoutes(scope: FastifyInstance, state: TwinState): Promise<void> {
  acceptCollectorBodies(scope);
  scope.addHook('onRequest', async (request) => requireApplicationId(request));

  const logs = [
    { path: '/v1/events', log: state.events, seen: state.seen.events, checked: checkedEvent },
    { path: '/v1/actions', log: state.actions, seen: state.seen.actions, checked: checkedAction },
  ];
  for (const { path, log, seen, checked } of logs) {
    scope.post(path, async (request, reply) => {
      const { text, json } = bodyOf(request);
      append(log, seen, `[${text}]`, [checked(json)]);
      return reply.code(201).headers(state.settings.headers).send({});
    });
    scope.post(`${path}/batch`, async (request, reply) => {
      const { text, json } = bodyOf(request);
      const items = asArray(json).map((item, i) => checked(item, `[${i}]`));
      append(log, seen, text, items);
      return reply.code(201).headers(state.settings.headers).send({});
    });
  }

  const profiles = [
    { path: '/v1/users', kind: state.users },
    { path: '/v1/companies', kind: state.companies },
    { path: '/v1/subscriptions', kind: state.subscriptions },
  ];
  for (const { path, kind } of profiles) {
    scope.post(path, async (request, reply) => {
      kind.update([bodyOf(request).json], true);
      return reply.code(201).send({});
    });
    scope.post(`${path}/batch`, async (request, reply) => {
      kind.update(asArray(bodyOf(request).json), false);
      return reply.code(201).send({});
    });
  }

  scope.get('/v1/config', async (_request, reply) =>
    reply.headers(state.settings.headers).send(state.settings.current.config),
  );
  scope.get('/v1/rules', async (_request, reply) =>
    reply.headers(state.settings.headers).send(state.settings.current.rules),
  );
}

/** A real id is a signed token of some hundred characters; moesif-nodejs refuses fewer than 50. */
const applicationId = /^[\w.~+/=-]{50,}$/;

function requireApplicationId(request: FastifyRequest): void {
  const given = request.headers['x-moesif-application-id'];
  if (given === undefined) throw new MoesifError(401, 'The header X-Moesif-Application-Id is missing');
  if (typeof given !== 'string' || !applicationId.test(given)) {
    throw new MoesifError(401, 'The application id in X-Moesif-Application-Id is not one');
  }
}

function bodyOf(request: FastifyRequest): CollectorBody {
  const body = request.body as CollectorBody | undefined;
  if (!body) throw new MoesifError(400, 'A JSON body is required');
  return body;
}

function asArray(json: unknown): unknown[] {
  if (!Array.isArray(json)) throw new MoesifError(400, 'The body of a batch is an array');
  return json;
}

/**
 * Stores what did not come before. Keeps the sender's own text unless something was a repeat, or it has line breaks or
 * tabs, which the journal needs for itself.
 */
function append(log: EventLog, seen: SeenTransactions, text: string, items: JsonObject[]): void {
  const fresh = seen.fresh(items);
  const own = fresh.length === items.length && !/[\n\r\t]/.test(text);
  log.append(
    own ? text : JSON.stringify(fresh),
    fresh.length,
    fresh.reduce((sum, item) => sum + weightOf(item), 0),
  );
  seen.remember(fresh);
}
