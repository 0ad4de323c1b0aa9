/** What is due next, without looking at everything that is due later. Times are milliseconds or seconds alike. */
export class MinHeap<T> {
  private readonly entries: { at: number; value: T }[] = [];

  peek(): { at: number; value: T } | undefined {
    return this.entries[0];
  }

  push(at: number, value: T): void {
    const entries = this.entries;
    let child = entries.push({ at, value }) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.time(parent) <= this.time(child)) break;
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
        if (child < this.entries.length && this.time(child) < this.time(smallest)) smallest = child;
      }
      if (smallest === parent) return first;
      this.swap(parent, smallest);
      parent = smallest;
    }
  }

  clear(): void {
    this.entries.length = 0;
  }

  private time(index: number): number {
    return this.entries[index]?.at ?? Infinity;
  }

  private swap(a: number, b: number): void {
    const [x, y] = [this.entries[a], this.entries[b]];
    if (x && y) [this.entries[a], this.entries[b]] = [y, x];
  }
}
