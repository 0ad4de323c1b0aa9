/** What stands on all pages of a list of Stripe's, in its order. */
export async function allPages<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}
