import { join } from 'node:path';
import { CollectionStore, type Collection } from '@farebox/twin-kit';
import type { Mail } from './mail.js';

/** So many are kept; the oldest make room. */
const KEPT = 1_000;

/** What has arrived, in a file of its own: it is there again after a hard kill. */
export class Mailbox {
  private readonly store: CollectionStore;
  private readonly mails: Collection<Mail>;

  constructor(dataDir: string) {
    this.store = CollectionStore.open(join(dataDir, 'mail.journal'));
    this.mails = this.store.collection<Mail>('mails');
  }

  /** When this returns, the mail is kept: the sender may be told so. */
  add(mail: Mail): void {
    this.store.transaction(() => {
      this.mails.put(mail.id, mail);
      for (const [id] of this.mails.iterate()) {
        if (this.mails.size <= KEPT) break;
        this.mails.delete(id);
      }
    });
  }

  get(id: string): Mail | undefined {
    return this.mails.get(id);
  }

  /** The oldest first, as they arrived. @param to only those to this address, in whatever case */
  list(to?: string): Mail[] {
    const all = this.mails.values();
    const wanted = to?.toLowerCase();
    return wanted === undefined
      ? all
      : all.filter((mail) => mail.to.some((address) => address.toLowerCase() === wanted));
  }

  reset(): void {
    this.store.reset();
  }

  close(): void {
    this.store.close();
  }
}
