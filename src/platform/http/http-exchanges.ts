import type { Exchange } from './exchange.js';

/** What Farebox needs of the HTTP adapter of the application. Nothing else knows which one that is. */
export abstract class HttpExchanges {
  /** Begins an exchange for every request from now on, before anything else reads it. */
  abstract install(): void;

  /** Calls `listener` when an answer has been sent. Before the application listens. */
  abstract onAnswered(listener: (exchange: Exchange) => void): void;
}
