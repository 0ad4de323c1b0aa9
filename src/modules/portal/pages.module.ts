import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { PlansController } from './plans.controller.js';
import { servePages } from './serve-pages.js';

/**
 * What anybody may see: the pages, and what is offered. Importing the module is all: it puts them on the HTTP server while the application
 * initialises. They are routes of Fastify, not of Nest, so Nest's global guards and interceptors do not touch them:
 * nobody needs a token to read the registration page, and reading it is never metered.
 */
@Module({ controllers: [PlansController] })
export class PagesModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  async onModuleInit(): Promise<void> {
    const adapter: FastifyAdapter | undefined = this.host.httpAdapter;
    // The command line builds an application context, which has no server.
    if (adapter) await servePages(adapter.getInstance());
  }
}
