/** Counts concurrent work by keys (an account, an address), with a limit for each key and for all together. */
export class Slots {
  private readonly taken = new Map<string, number>();
  private all = 0;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.all;
  }

  /**
   * Takes one place under every key. @param limits the most places of each key
   * @returns a function that gives it back, once; or which limit has no place left: that of a key, or `all`
   */
  take(limits: Readonly<Record<string, number>>): (() => void) | { full: string } {
    if (this.all >= this.most) return { full: 'all' };
    const full = Object.entries(limits).find(([key, most]) => (this.taken.get(key) ?? 0) >= most);
    if (full) return { full: full[0] };
    const keys = Object.keys(limits);
    for (const key of keys) this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
    this.all++;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      this.all--;
      for (const key of keys) this.giveBack(key);
    };
  }

  private giveBack(key: string): void {
    const left = (this.taken.get(key) ?? 1) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }
}
