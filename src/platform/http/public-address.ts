import { Injectable } from '@nestjs/common';
import { addressOf } from './client-address.js';
import { Settings } from '../config/settings.js';
import type { Exchange } from './exchange.js';

/** How a request reached us. */
type Reached = Pick<Exchange, 'protocol' | 'host'> & { socket?: { localAddress?: string | undefined } };

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The public address: used in links in mails and for the return from the payment page. */
@Injectable()
export class PublicAddress {
  constructor(private readonly settings: Settings) {}

  /** For use without a request. */
  get origin(): string {
    return this.settings.origin;
  }

  /**
   * For the requesting browser: PUBLIC_URL, or this machine. On one's own machine or network it is the address that the
   * browser uses, as a cookie set for `localhost` is not sent to `127.0.0.1`. Any other host in a request is made up by
   * the caller.
   */
  originFor(request: Reached): string {
    const asked = originOf(request);
    const set = this.settings.get('PUBLIC_URL');
    if (asked === undefined) return this.origin;
    if (set === undefined) return isLoopback(asked) || isReached(asked, request) ? asked : this.origin;
    return isLoopback(set) && isLoopback(asked) ? asked : set;
  }
}

function originOf({ protocol, host }: Reached): string | undefined {
  const origin = `${protocol}://${host}`;
  return URL.canParse(origin) && new URL(origin).origin === origin ? origin : undefined;
}

const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

/** Whether it is the very address at which the request came in. */
const isReached = (url: string, { socket }: Reached): boolean => {
  const reached = addressOf(socket?.localAddress ?? '');
  return reached !== undefined && addressOf(new URL(url).hostname) === reached;
};
