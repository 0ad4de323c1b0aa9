import { Injectable } from '@nestjs/common';
import type { Exchange } from '../../../platform/http/exchange.js';
import type { Chunk } from '../../../platform/http/held-answer.js';
import type { LedgerEntry } from './ledger-entry.js';
import type { LineReaders } from './ledger-store.js';

/** An answer whose status and headers (by names in lower case) are final. `body` is `undefined` when it comes in parts. */
export interface FinalAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | number | undefined>>;
  body?: Chunk | undefined;
}

/**
 * Describes the exchange of a paid call for an external reader, when status and headers are final: one line of JSON,
 * without secrets or personal data. It must not throw.
 */
export type ExchangeDescriber = (exchange: Exchange, answer: FinalAnswer) => string;

/** Receives the entries that this process has just committed, before the answers leave: it must be quick and not throw. */
export type Follower = (entries: readonly LedgerEntry[]) => void;

/** The readers of the ledger. Each gets an outbox line with every batch, in the transaction of the batch. */
@Injectable()
export class LedgerReaders implements LineReaders {
  private readonly names: string[] = [];
  private exchangeReader: { name: string; describe: ExchangeDescriber } | undefined;
  private readonly wakers: (() => void)[] = [];
  private readonly followers = new Set<Follower>();

  /** Registers a reader of calls under a permanent name. Call it while modules are initialised. */
  register(name: string, wake: () => void): void {
    this.names.push(name);
    this.wakers.push(wake);
  }

  /** Registers the reader that also gets the output of `describe` for each exchange. There is one at most. */
  registerForExchanges(name: string, describe: ExchangeDescriber, wake: () => void): void {
    if (this.exchangeReader) throw new Error(`exchanges are read by ${this.exchangeReader.name} already`);
    this.exchangeReader = { name, describe };
    this.wakers.push(wake);
  }

  get calls(): readonly string[] {
    return this.names;
  }

  get exchanges(): string | null {
    return this.exchangeReader?.name ?? null;
  }

  get describe(): ExchangeDescriber | undefined {
    return this.exchangeReader?.describe;
  }

  /**
   * Follows what this process commits, as a hint and not for the record: without an outbox line, without other processes'
   * entries, and possibly with an entry that was there already. A follower costs paid calls time; no follower, none.
   * @returns a function that ends it.
   */
  follow(follower: Follower): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  /** Notifies all listeners that entries were committed. */
  committed(entries: readonly LedgerEntry[]): void {
    for (const follower of this.followers) follower(entries);
    this.wake();
  }

  /** Wakes the readers of this process for new lines. Those of other processes poll once a second. */
  wake(): void {
    for (const wake of this.wakers) wake();
  }
}
