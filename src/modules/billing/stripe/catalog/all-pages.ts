/** The items on all pages of a Stripe list, in its order. */
export async function allPages<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}
