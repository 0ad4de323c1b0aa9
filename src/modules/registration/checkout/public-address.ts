import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../../../platform/config/settings.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Where people find us: what links in mails and the way back from the payment page lead to. */
@Injectable()
export class PublicAddress {
  constructor(private readonly settings: Settings) {}

  /** For who is not here now. */
  get origin(): string {
    const { host, port } = { host: this.settings.get('HOST'), port: this.settings.get('PORT') };
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return this.settings.get('PUBLIC_URL') ?? `http://${reachable}:${port}`;
  }

  /**
   * For the browser that asks: PUBLIC_URL. On one's own machine it is the address that the browser knows us by, as a
   * cookie set for `localhost` is not sent to `127.0.0.1`; without PUBLIC_URL too.
   */
  originFor(request: FastifyRequest): string {
    const asked = originOf(request);
    const set = this.settings.get('PUBLIC_URL');
    if (asked === undefined) return this.origin;
    if (set === undefined) return asked;
    return isLoopback(set) && isLoopback(asked) ? asked : set;
  }
}

function originOf({ protocol, host }: FastifyRequest): string | undefined {
  const origin = `${protocol}://${host}`;
  return URL.canParse(origin) && new URL(origin).origin === origin ? origin : undefined;
}

const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);
