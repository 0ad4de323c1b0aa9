interface Entry<T> {
  at: number;
  value: T;
  /** When it was pushed. */
  turn: number;
}

/**
 * What is due next, without looking at everything that is due later; of one time, what was pushed first. Times are
 * milliseconds or seconds alike.
 */
export class MinHeap<T> {
  private readonly entries: Entry<T>[] = [];
  private turns = 0;

  peek(): { at: number; value: T } | undefined {
    return this.entries[0];
  }

  push(at: number, value: T): void {
    const entries = this.entries;
    let child = entries.push({ at, value, turn: this.turns++ }) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.precedes(child, parent)) break;
      this.swap(parent, child);
      child = parent;
    }
  }

  pop(): { at: number; value: T } | undefined {
    const first = this.entries[0];
    const last = this.entries.pop();
    if (last === undefined || this.entries.length === 0) return first;
    this.entries[0] = last;
    let parent = 0;
    for (;;) {
      let smallest = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (this.precedes(child, smallest)) smallest = child;
      }
      if (smallest === parent) return first;
      this.swap(parent, smallest);
      parent = smallest;
    }
  }

  clear(): void {
    this.entries.length = 0;
  }

  /** An entry that is not there precedes nothing. */
  private precedes(a: number, b: number): boolean {
    const [x, y] = [this.entries[a], this.entries[b]];
    return x !== undefined && y !== undefined && (x.at < y.at || (x.at === y.at && x.turn < y.turn));
  }

  private swap(a: number, b: number): void {
    const [x, y] = [this.entries[a], this.entries[b]];
    if (x && y) [this.entries[a], this.entries[b]] = [y, x];
  }
}
