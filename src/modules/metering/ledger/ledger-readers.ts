import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
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
 * Describes the exchange of a paid call for a reader outside, when status and headers are final: one line of JSON, with
 * nothing secret or personal in it. It must not throw.
 */
export type ExchangeDescriber = (request: FastifyRequest, answer: FinalAnswer) => string;

/** Is told what this process has just committed, at once and before the answers leave: it must be quick and not throw. */
export type Follower = (entries: readonly LedgerEntry[]) => void;

/** Who reads the ledger. Each gets a to-do line with every batch, in the transaction of the batch. */
@Injectable()
export class LedgerReaders implements LineReaders {
  private readonly names: string[] = [];
  private exchangeReader: { name: string; describe: ExchangeDescriber } | undefined;
  private readonly wakers: (() => void)[] = [];
  private readonly followers = new Set<Follower>();

  /** A reader of calls. The name identifies it for ever. Call it while modules are initialised. */
  register(name: string, wake: () => void): void {
    this.names.push(name);
    this.wakers.push(wake);
  }

  /** The reader that also gets what `describe` makes of each exchange. There is one at most. */
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
   * Follows what this process commits, as a hint and not for the record: it has no to-do line, hears nothing of other
   * processes, and may be told of an entry that was there already. Whoever follows costs paid calls time; nobody, none.
   * @returns what ends it.
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

  /** Tells the readers of this process that there are new lines. Those of other processes look once a second. */
  wake(): void {
    for (const wake of this.wakers) wake();
  }
}
