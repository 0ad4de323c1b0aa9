import Stripe from 'stripe';
import type { Catalog, Plan } from '../../../../catalog/index.js';
import { PLAN_KEY } from '../subscription-state.js';
import { expectObject } from '../stripe-errors.js';
import type { AccountState } from './account-state.js';
import { type Marks, markChanges, marksOf, productMarks } from './marks.js';
import { differencesOf, type Step } from './step.js';

export const ownProductId = (plan: string): string => `farebox_${plan}`;
/** The product of a plan: ours, or one that was created elsewhere. */
export const productIdOf = ({ id, product }: Plan): string => product.id ?? ownProductId(id);

/** The step that brings the product of a plan in sync with the file. */
export function compareProduct(
  stripe: Stripe,
  catalog: Catalog,
  plan: Plan,
  { products }: AccountState,
): Step {
  const id = productIdOf(plan);
  const held = products.find((product) => product.id === id);
  const marks = productMarks(catalog, plan);
  const { name, description, image } = plan.product;
  const wanted = { name, description: description ?? '', image: image ?? '', ...wordsOf(marks) };
  if (!held)
    return {
      change: {
        kind: 'product',
        name: plan.id,
        action: 'create',
        id,
        differences: differencesOf({}, wanted),
      },
      perform: async () => {
        const made = await stripe.products.create({
          id,
          name,
          ...(description === undefined ? {} : { description }),
          ...(image === undefined ? {} : { images: [image] }),
          metadata: { ...marks },
        });
        return expectObject(made, 'product').id;
      },
    };
  const heldMarks = marksOf(held.metadata);
  const differences = differencesOf(
    {
      name: held.name,
      description: held.description ?? '',
      image: held.images.join(' '),
      ...wordsOf(heldMarks),
      status: held.active ? 'active' : 'archived',
    },
    { ...wanted, status: 'active' },
    [...new Set([...Object.keys(wanted), ...Object.keys(wordsOf(heldMarks)), 'status'])],
  );
  const action = !held.active ? 'reactivate' : differences.length > 0 ? 'change' : 'none';
  return {
    change: { kind: 'product', name: plan.id, action, id, differences },
    perform: async () => {
      await stripe.products.update(id, {
        active: true,
        name,
        description: description ?? '',
        images: image === undefined ? '' : [image],
        metadata: markChanges(heldMarks, marks),
      });
    },
  };
}

/** The marks of a product, by the field names of the file. */
function wordsOf(marks: Marks): Record<string, string> {
  return Object.fromEntries(
    Object.entries(marks).map(([key, value]) => [key.replace(/^farebox_/, '').replaceAll('_', ' '), value]),
  );
}

/** Steps for products of plans that are no longer in the file; their prices are archived before them. */
export function compareFormerProducts(stripe: Stripe, catalog: Catalog, state: AccountState): Step[] {
  const wanted = new Set(catalog.plans.map(productIdOf));
  return state.products
    .filter(({ id, metadata }) => !wanted.has(id) && metadata[PLAN_KEY] !== undefined)
    .flatMap((product) => formerProduct(stripe, product));
}

function formerProduct(stripe: Stripe, product: Stripe.Product): Step[] {
  const { id, active, metadata } = product;
  const plan = metadata[PLAN_KEY] ?? '';
  // A product that was created elsewhere is not archived: only our marks are removed.
  if (id !== ownProductId(plan)) {
    const differences = [{ what: 'plan', from: plan, to: '-' }];
    return [
      {
        change: { kind: 'product', name: plan, action: 'change', id, differences },
        perform: async () => {
          await stripe.products.update(id, { metadata: markChanges(marksOf(metadata), {}) });
        },
      },
    ];
  }
  if (!active) return [];
  return [
    {
      change: {
        kind: 'product',
        name: plan,
        action: 'archive',
        id,
        differences: [{ what: 'status', from: 'active', to: 'archived' }],
        message: 'the plan was removed from the file; existing subscribers keep it',
      },
      perform: async () => {
        await stripe.products.update(id, { active: false });
      },
    },
  ];
}
