import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { abandon, Database } from '../../../platform/database/database.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { msOfId } from '../../../platform/ids/ids.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { type ExchangeDescriber, LedgerReaders } from '../store/ledger-readers.js';
import { parkExchange } from '../store/parked.js';
import { Ledger } from '../writing/ledger.js';
import {
  EXCHANGE_READER,
  type LedgerLine,
  type LinesLimit,
  METER_READER,
  oldestLine,
  takeLines,
} from './ledger-lines.js';
import { type PassResult, ReaderLoop } from './reader-loop.js';

interface Reader {
  /** How long a reader that has caught up waits for more, in milliseconds. */
  lingerMs: number;
  /** Of each statement, in milliseconds. */
  deadlineMs: number;
  /** Called with the first of consecutive failures. What a failed pass took stays in the ledger. */
  failed: (error: unknown) => void;
}

export interface CallReader extends Reader {
  /** Counts some of the waiting calls in a transaction of its own (`meterLines`). */
  pass: (client: pg.Client) => Promise<PassResult>;
}

export interface ExchangeReader extends Reader {
  describe: ExchangeDescriber;
  /** How much it takes at once. */
  limit: LinesLimit;
  /** Delivers lines. They are done when it resolves, but for the calls that were given to `park`. */
  deliver: (lines: readonly LedgerLine[], park: Park) => Promise<void>;
}

/** Keeps the exchange of a call that can't be delivered, with the reason, for the operator. */
export type Park = (callId: string, reason: string, exchange: string) => Promise<void>;

/**
 * The ledger, for those that read it. A reader runs in processes that do background work, on a connection of its own,
 * and reads the last calls before the process ends. Call `read…` while modules are initialised.
 */
@Injectable()
export class LedgerReading {
  constructor(
    private readonly database: Database,
    private readonly readers: LedgerReaders,
    private readonly ledger: Ledger,
    private readonly startup: DatabaseStartup,
    private readonly shutdown: Shutdown,
    private readonly clock: Clock,
  ) {}

  readCalls({ pass, ...options }: CallReader): void {
    const loop = this.loop(METER_READER, options, pass);
    this.readers.register(METER_READER, () => loop.wake());
  }

  /** There is one reader of exchanges at most. */
  readExchanges({ describe, limit, deliver, ...options }: ExchangeReader): void {
    const loop = this.loop(EXCHANGE_READER, options, (client) => {
      const park: Park = (callId, reason, exchange) => parkExchange(client, callId, reason, exchange);
      return takeLines(client, EXCHANGE_READER, limit, (lines) => deliver(lines, park));
    });
    this.readers.registerForExchanges(EXCHANGE_READER, describe, () => loop.wake());
  }

  /** Age of the oldest call or exchange that is not read yet, in seconds. */
  async lagSeconds(of: 'calls' | 'exchanges'): Promise<number> {
    const reader = of === 'calls' ? METER_READER : EXCHANGE_READER;
    const oldest = await oldestLine(this.database.pool, reader);
    return oldest === null ? 0 : Math.max(0, (this.clock.ms() - msOfId(oldest)) / 1_000);
  }

  /**
   * Has everything written to the database that this process has in memory, or is in the spool of this machine.
   * @throws {LedgerUnavailableError} when it cannot.
   */
  settle(): Promise<void> {
    return this.ledger.settle();
  }

  private loop(
    name: string,
    { lingerMs, deadlineMs, failed }: Reader,
    pass: (client: pg.Client) => Promise<PassResult>,
  ): ReaderLoop {
    let client: pg.Client | undefined;
    const loop = new ReaderLoop({
      lingerMs,
      failed,
      pass: async () => {
        const own = (client ??= await this.database.connect(name, deadlineMs));
        try {
          return await pass(own);
        } catch (error) {
          // On any error: the next attempt starts on a connection known to work.
          abandon(own);
          client = undefined;
          throw error;
        }
      },
      giveUp: () => client && abandon(client),
    });
    this.startup.onOpen(async () => loop.start(), 'worker');
    this.shutdown.beforeDrain(() => loop.stop());
    this.shutdown.drain(() => loop.flush());
    return loop;
  }
}
