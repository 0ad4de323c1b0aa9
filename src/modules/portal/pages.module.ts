import { Module, type OnModuleInit, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Settings } from '../../platform/config/settings.js';
import { PlansController } from './plans.controller.js';
import { servePages } from './serve-pages.js';

/**
 * Public parts: the pages, and the offered plans. Importing the module is enough: it puts them on the HTTP server while
 * the application initialises. They are routes of Fastify, not of Nest, so Nest's global guards and interceptors do not
 * touch them: the registration page needs no token, and reading it is never metered.
 */
@Module({ controllers: [PlansController] })
export class PagesModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Optional() private readonly settings?: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    const adapter: FastifyAdapter | undefined = this.host.httpAdapter;
    // The command line builds an application context, which has no server.
    if (!adapter) return;
    await servePages(adapter.getInstance(), {
      pricingTableOrigin: this.pricingTableOrigin(),
      operator: this.settings?.get('ADMIN_TOKEN') !== undefined,
    });
  }

  /** The origin whose script and frame the page with the plans may load, where it shows a pricing table. */
  private pricingTableOrigin(): string | undefined {
    if (this.settings?.get('STRIPE_PRICING_TABLE_ID') === undefined) return undefined;
    return new URL(this.settings.get('STRIPE_API_BASE') ?? 'https://js.stripe.com').origin;
  }
}
