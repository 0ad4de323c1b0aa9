import { Injectable } from '@nestjs/common';
import { and, eq, isNotNull, isNull, lte } from 'drizzle-orm';
import type { Catalog } from '../../catalog/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { newId } from '../../platform/ids/ids.js';
import { WorkTable } from '../../platform/jobs/work-table.js';
import { normaliseEmail } from '../accounts/index.js';
import { UnknownPlanError } from '../subscriptions/index.js';
import { registrations } from './registrations.tables.js';

export type RegistrationIntent = typeof registrations.$inferSelect;

/** A person's order, checked and normalised. */
export interface RegistrationRequest {
  email: string;
  firstname: string;
  lastname: string;
  plan: string;
  /** The id that an application around us has for the account. */
  externalId?: string | undefined;
}

/** The request itself has this long before the sweep takes part. */
const FIRST_SWEEP_MS = 60_000;
const LAST_RETRY_MS = 10 * 60_000;
/** For how long the same request still gets the token of a registration that the sweep finished. */
const CLAIMABLE_MS = 24 * 3_600_000;
/** The same without an `Idempotency-Key`, where the address of the request stands for it. */
const CLAIMABLE_BY_ADDRESS_MS = 3_600_000;

/** Data of one request that are not public, unlike names and emails. */
export interface Requester {
  /** The `Idempotency-Key`. */
  key?: string | undefined;
  /** The network address. */
  address: string;
}

const keyClaim = (key: string): string => fingerprint({ key });
const addressClaim = (address: string): string => fingerprint({ address });

/** The order of an account, normalised. @throws {UnknownPlanError} */
export function requestOf(
  { plans, defaultPlan }: Catalog,
  { email, firstname, lastname, plan = defaultPlan }: Omit<RegistrationRequest, 'plan'> & { plan?: string },
): RegistrationRequest {
  if (!plans.some(({ id }) => id === plan)) throw new UnknownPlanError(plans.map(({ id }) => id));
  return { email: normaliseEmail(email), firstname: firstname.trim(), lastname: lastname.trim(), plan };
}

export function fingerprintOf(request: RegistrationRequest): string {
  const { email, firstname, lastname, plan, externalId } = request;
  return fingerprint({
    email,
    firstname,
    lastname,
    plan,
    ...(externalId === undefined ? {} : { externalId }),
  });
}

/** Pending registrations, in the database. */
@Injectable()
export class RegistrationIntents extends WorkTable<typeof registrations> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, registrations, {
      open: isNull(registrations.completedAt),
      firstRetryMs: FIRST_SWEEP_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  /** Writes the intent unless the email has one. @returns the one that is stored. */
  async open(request: RegistrationRequest, by?: Requester): Promise<RegistrationIntent | undefined> {
    const now = this.clock.now();
    return this.database.run(async (db) => {
      await db
        .insert(registrations)
        .values({
          ...request,
          id: newId(),
          fingerprint: fingerprintOf(request),
          claimHash: by ? (by.key === undefined ? addressClaim(by.address) : keyClaim(by.key)) : null,
          createdAt: now,
          nextAttemptAt: new Date(now.getTime() + FIRST_SWEEP_MS),
        })
        .onConflictDoNothing({ target: registrations.email });
      return this.findByEmail(request.email, db);
    });
  }

  async findByEmail(email: string, tx?: Sql): Promise<RegistrationIntent | undefined> {
    const find = async (on: Sql): Promise<RegistrationIntent | undefined> =>
      (await on.select().from(registrations).where(eq(registrations.email, email)))[0];
    return tx ? find(tx) : this.database.run(find);
  }

  async findById(id: string): Promise<RegistrationIntent | undefined> {
    const rows = await this.database.run((db) =>
      db.select().from(registrations).where(eq(registrations.id, id)),
    );
    return rows[0];
  }

  /** Whether the request is the one that began the registration, and may have its token. */
  isSame(intent: RegistrationIntent, request: RegistrationRequest, by: Requester): boolean {
    if (intent.fingerprint !== fingerprintOf(request)) return false;
    if (intent.claimHash === null) return true;
    if (by.key !== undefined && intent.claimHash === keyClaim(by.key)) return true;
    const since = intent.completedAt?.getTime() ?? this.clock.ms();
    return intent.claimHash === addressClaim(by.address) && this.clock.ms() - since < CLAIMABLE_BY_ADDRESS_MS;
  }

  async markCompleted(tx: Sql, id: string): Promise<void> {
    await tx.update(registrations).set({ completedAt: this.clock.now() }).where(eq(registrations.id, id));
  }

  /** Takes the right to hand out the token, once. @returns false when it was taken before. */
  async claim(tx: Sql, id: string): Promise<boolean> {
    const taken = await tx
      .delete(registrations)
      .where(and(eq(registrations.id, id), isNotNull(registrations.completedAt)))
      .returning({ id: registrations.id });
    return taken.length === 1;
  }

  async discard(id: string): Promise<void> {
    await this.database.run((db) => db.delete(registrations).where(eq(registrations.id, id)));
  }

  /** Deletes finished registrations whose token was not fetched in time. */
  async forgetUnclaimed(): Promise<void> {
    const before = new Date(this.clock.ms() - CLAIMABLE_MS);
    await this.database.run((db) => db.delete(registrations).where(lte(registrations.completedAt, before)));
  }
}
