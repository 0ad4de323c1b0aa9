import { Injectable } from '@nestjs/common';
import { addressOf } from './client-address.js';
import { Settings } from '../config/settings.js';
import type { Exchange } from './exchange.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The public address of our routes, with the prefix under which they are: for links in mails and the return from the payment page. */
@Injectable()
export class PublicAddress {
  constructor(private readonly settings: Settings) {}

  /** For use without a request. A prefix is part of PUBLIC_URL. */
  get base(): string {
    return this.settings.origin;
  }

  /**
   * For the requesting browser: PUBLIC_URL, or this machine. On one's own machine or network it is the address that the
   * browser uses, as a cookie set for `localhost` is not sent to `127.0.0.1`. Any other host in a request is made up by
   * the caller.
   * @param path of the route that is asked, as its controller has it: what stands before it is the prefix
   */
  baseFor(exchange: Exchange, path: string): string {
    const asked = originOf(exchange);
    const set = this.settings.get('PUBLIC_URL');
    if (set !== undefined)
      return asked !== undefined && isLoopback(set) && isLoopback(asked) ? asked + pathOf(set) : set;
    const reached = asked !== undefined && (isLoopback(asked) || isReached(asked, exchange));
    return (reached ? asked : this.base) + prefixOf(exchange, path);
  }
}

function originOf({ protocol, host }: Exchange): string | undefined {
  const origin = `${protocol}://${host}`;
  return URL.canParse(origin) && new URL(origin).origin === origin ? origin : undefined;
}

const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

const pathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, '');

/** What stands before a route's own path in its pattern: a global prefix, a version, a prefix of ours. */
function prefixOf({ route = '' }: Exchange, path: string): string {
  return route.endsWith(path) ? route.slice(0, -path.length) : '';
}

/** Whether it is the very address at which the request came in. */
const isReached = (url: string, { socket }: Exchange): boolean => {
  const reached = addressOf(socket?.localAddress ?? '');
  return reached !== undefined && addressOf(new URL(url).hostname) === reached;
};
