import {
  amountOfMinorUnits,
  type CatalogPrice,
  chargeFor,
  majorUnitText,
  type Plan,
} from '../../catalog/index.js';
import type { UsageGroup } from '../meters/index.js';

/** Revenue of a plan so far in the current billing periods. Amounts are decimal texts in the currency's main unit. */
export interface PlanRevenue {
  plan: string;
  name: string | null;
  /** Accounts that are charged. */
  accounts: number;
  /** Accounts in their trial: their usage is not charged. */
  trialing: number;
  /** Usage of the charged accounts: a whole number. */
  units: string;
  /** Null when unknown: the price was created elsewhere, or the plan is not in the catalog. */
  currency: string | null;
  usage: string | null;
  /** Charged in advance. */
  baseFees: string | null;
  total: string | null;
}

export interface Revenue {
  plans: PlanRevenue[];
  /** The plans with known revenue, added up by currency. */
  totals: { currency: string; total: string }[];
}

/** Subscriptions that continue and are billed. */
const CHARGED = new Set(['active', 'past_due', 'unpaid']);

/** A plan's charge in whole minor units. */
interface Sum {
  usage: bigint;
  fees: bigint;
}

/** Prices the usage, account by account, as the next invoices will: exact, in whole minor units, never converted. */
export function revenueOf(plans: readonly Plan[], groups: readonly UsageGroup[]): Revenue {
  const ids = [...new Set([...plans.map(({ id }) => id), ...groups.map(({ plan }) => plan)])];
  const totals = new Map<string, bigint>();
  const rows = ids.map((id) => {
    const plan = plans.find((each) => each.id === id);
    const own = groups.filter((group) => group.plan === id);
    const charged = own.filter(({ status }) => CHARGED.has(status));
    const price = plan && 'model' in plan.price ? plan.price : undefined;
    const sum = plan && price && sumOf(plan, price, charged);
    if (sum && price) totals.set(price.currency, (totals.get(price.currency) ?? 0n) + sum.usage + sum.fees);
    const text = (minorUnits: bigint): string =>
      price ? majorUnitText(amountOfMinorUnits(minorUnits, price.currency)) : '';
    return {
      plan: id,
      name: plan?.product.name ?? null,
      accounts: count(charged),
      trialing: count(own.filter(({ status }) => status === 'trialing')),
      units: String(charged.reduce((units, group) => units + group.units * BigInt(group.accounts), 0n)),
      currency: price?.currency ?? null,
      usage: sum ? text(sum.usage) : null,
      baseFees: sum ? text(sum.fees) : null,
      total: sum ? text(sum.usage + sum.fees) : null,
    };
  });
  return {
    plans: rows,
    totals: [...totals].map(([currency, minorUnits]) => ({
      currency,
      total: majorUnitText(amountOfMinorUnits(minorUnits, currency)),
    })),
  };
}

function sumOf({ baseFee }: Plan, price: CatalogPrice, charged: readonly UsageGroup[]): Sum {
  const sum: Sum = { usage: 0n, fees: 0n };
  for (const { units, accounts } of charged) {
    const usage = chargeFor(price, units).minorUnits;
    const all = chargeFor(price, units, baseFee).minorUnits;
    sum.usage += usage * BigInt(accounts);
    sum.fees += (all - usage) * BigInt(accounts);
  }
  return sum;
}

const count = (groups: readonly UsageGroup[]): number =>
  groups.reduce((accounts, group) => accounts + group.accounts, 0);
