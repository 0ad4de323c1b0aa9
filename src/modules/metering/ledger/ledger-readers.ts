import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LineReaders } from './ledger-store.js';

/**
 * Describes the exchange of a paid call for a reader outside, when status and headers are final: one line of JSON, with
 * nothing secret or personal in it. It must not throw.
 */
export type ExchangeDescriber = (request: FastifyRequest, reply: FastifyReply, body: unknown) => string;

/** Who reads the ledger. Each gets a to-do line with every batch, in the transaction of the batch. */
@Injectable()
export class LedgerReaders implements LineReaders {
  private readonly names: string[] = [];
  private exchangeReader: { name: string; describe: ExchangeDescriber } | undefined;
  private readonly wakers: (() => void)[] = [];

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

  /** Tells the readers of this process that there are new lines. Those of other processes look once a second. */
  wake(): void {
    for (const wake of this.wakers) wake();
  }
}
