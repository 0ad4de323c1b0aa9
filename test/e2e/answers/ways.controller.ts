import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  All,
  BadGatewayException,
  ConflictException,
  Controller,
  Get,
  GoneException,
  Head,
  Header,
  HttpCode,
  HttpException,
  type MessageEvent,
  Redirect,
  Res,
  Sse,
  StreamableFile,
  UnprocessableEntityException,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { concatMap, from, map, type Observable, of, throwError } from 'rxjs';
import { CurrentCall, type MeteredCall, Monetized } from '../../../src/modules/ledger/index.js';

/** Each handler counts 2 before it answers, streams 1 for each of three parts, and all of them 5 after a while. */
export const BEFORE = 2;
export const AFTER = 5;
const AFTER_MS = 60;

/** When things happen. Programs that are killed have moments of their own. */
export const moments = {
  late: (call: MeteredCall): void => void setTimeout(() => call.addUnits(AFTER), AFTER_MS),
  /** Between the parts of an answer, after the first one. */
  between: async (_call: MeteredCall): Promise<void> =>
    // So that each part is a write of its own.
    new Promise((resolve) => setImmediate(resolve)),
};

/** Node's answer: Express's is one, and Fastify's has one. */
export const rawOf = (reply: FastifyReply): ServerResponse =>
  'raw' in reply ? reply.raw : (reply as unknown as ServerResponse);

/** Tells Fastify that the handler answers by itself. Express needs not be told. */
const hijack = (reply: FastifyReply): void => void ('hijack' in reply && reply.hijack());

function redirect(reply: FastifyReply, url: string, status: number): void {
  if ('raw' in reply) void reply.redirect(url, status);
  else (reply as { redirect(status: number, url: string): void }).redirect(status, url);
}

function count(call: MeteredCall): void {
  call.addUnits(BEFORE);
  moments.late(call);
}

async function* parts(call: MeteredCall, fails?: 'at once' | 'midway'): AsyncGenerator<string> {
  if (fails === 'at once') throw new Error('the source broke');
  for (const part of ['a', 'b', 'c']) {
    if (part !== 'a') await moments.between(call);
    if (fails && part === 'c') throw new Error('the source broke');
    call.addUnits(1);
    yield part;
  }
}

function webStream(call: MeteredCall): ReadableStream {
  const source = parts(call);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(new TextEncoder().encode(value));
    },
  });
}

/** Every way in which a handler can answer. */
@Monetized()
@Controller('ways')
export class WaysController {
  @Get('text')
  text(@CurrentCall() call: MeteredCall): string {
    count(call);
    return 'abc';
  }

  @Get('object')
  object(@CurrentCall() call: MeteredCall): object {
    count(call);
    return { abc: 1 };
  }

  @Get('nothing')
  nothing(@CurrentCall() call: MeteredCall): void {
    count(call);
  }

  @Get('promise')
  async promise(@CurrentCall() call: MeteredCall): Promise<string> {
    count(call);
    return Promise.resolve('abc');
  }

  @Get('observable')
  observable(@CurrentCall() call: MeteredCall): Observable<string> {
    count(call);
    return of('a', 'abc');
  }

  @Get('file')
  file(@CurrentCall() call: MeteredCall): StreamableFile {
    count(call);
    return new StreamableFile(Readable.from(parts(call)));
  }

  @Get('file-bytes')
  fileBytes(@CurrentCall() call: MeteredCall): StreamableFile {
    count(call);
    return new StreamableFile(Buffer.from('abc'));
  }

  @Get('node-stream')
  nodeStream(@CurrentCall() call: MeteredCall): Readable {
    count(call);
    return Readable.from(parts(call));
  }

  @Get('generator')
  generator(@CurrentCall() call: MeteredCall): AsyncGenerator<string> {
    count(call);
    return parts(call);
  }

  @Get('web-stream')
  webStream(@CurrentCall() call: MeteredCall): ReadableStream {
    count(call);
    return webStream(call);
  }

  @Get('response')
  response(@CurrentCall() call: MeteredCall): Response {
    count(call);
    return new Response(webStream(call), { status: 202, headers: { 'x-own': '1' } });
  }

  @Sse('sse')
  sse(@CurrentCall() call: MeteredCall): Observable<MessageEvent> {
    count(call);
    return from(parts(call)).pipe(map((data) => ({ data })));
  }

  @Sse('sse-fails')
  sseFails(@CurrentCall() call: MeteredCall): Observable<MessageEvent> {
    count(call);
    return throwError(() => new ConflictException('no events'));
  }

  @Get('reply-send')
  replySend(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.status(201).send({ abc: 1 });
  }

  @Get('reply-send-stream')
  replySendStream(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.send(Readable.from(parts(call)));
  }

  @Get('reply-send-web-stream')
  replySendWebStream(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.send(webStream(call));
  }

  @Get('reply-trailer')
  replyTrailer(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.trailer('x-end', async () => 'yes').send('abc');
  }

  @Get('passthrough')
  passthrough(@Res({ passthrough: true }) reply: FastifyReply, @CurrentCall() call: MeteredCall): string {
    count(call);
    void reply.status(203).header('x-own', '1');
    return 'abc';
  }

  @Get('redirect')
  @Redirect('/elsewhere', 307)
  redirect(@CurrentCall() call: MeteredCall): void {
    count(call);
  }

  @Get('reply-redirect')
  replyRedirect(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    redirect(reply, '/elsewhere', 303);
  }

  @Get('code-and-header')
  @HttpCode(206)
  @Header('x-own', '1')
  codeAndHeader(@CurrentCall() call: MeteredCall): string {
    count(call);
    return 'abc';
  }

  @Get('no-content')
  @HttpCode(204)
  noContent(@CurrentCall() call: MeteredCall): void {
    count(call);
  }

  @Get('not-modified')
  notModified(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.status(304).send();
  }

  @Get('hijack')
  hijack(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    hijack(reply);
    rawOf(reply).end('abc');
  }

  @Get('hijack-later')
  async hijackLater(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): Promise<void> {
    count(call);
    hijack(reply);
    await new Promise((resolve) => setImmediate(resolve));
    rawOf(reply).statusCode = 201;
    rawOf(reply).write('a');
    await moments.between(call);
    rawOf(reply).write('b');
    rawOf(reply).end('c');
  }

  @Get('raw-end')
  rawEnd(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).end('abc');
  }

  @Get('raw-head-end')
  rawHeadEnd(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).writeHead(201, 'Made', { 'Content-Type': 'text/plain', 'Set-Cookie': ['a=1', 'b=2'] });
    rawOf(reply).end('abc');
  }

  @Get('raw-head-list')
  rawHeadList(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).writeHead(201, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'] as never);
    rawOf(reply).end('abc');
  }

  @Get('raw-flush')
  async rawFlush(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): Promise<void> {
    count(call);
    rawOf(reply).flushHeaders();
    await moments.between(call);
    rawOf(reply).end('abc');
  }

  @Get('raw-without-return')
  rawWithoutRes(@CurrentCall() call: MeteredCall, @Res({ passthrough: true }) reply: FastifyReply): void {
    count(call);
    rawOf(reply).write('ab');
    rawOf(reply).end('c');
  }

  @Get('pipe')
  pipe(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    Readable.from(parts(call)).pipe(rawOf(reply));
  }

  @Get('pipeline')
  async pipeline(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): Promise<void> {
    count(call);
    await pipeline(parts(call), new PassThrough(), rawOf(reply));
  }

  @Get('large')
  async large(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): Promise<void> {
    count(call);
    await pipeline(createReadStream(process.execPath, { end: 4_999_999 }), rawOf(reply));
  }

  @Get('early-hints')
  earlyHints(@Res({ passthrough: true }) reply: FastifyReply, @CurrentCall() call: MeteredCall): string {
    count(call);
    rawOf(reply).writeEarlyHints({ link: '</style.css>; rel=preload' });
    rawOf(reply).writeProcessing();
    return 'abc';
  }

  @Get('throws')
  throws(@CurrentCall() call: MeteredCall): never {
    count(call);
    throw new Error('boom');
  }

  @Get('conflict')
  conflict(@CurrentCall() call: MeteredCall): never {
    count(call);
    throw new ConflictException('It is there already');
  }

  @Get('gone')
  async gone(@CurrentCall() call: MeteredCall): Promise<never> {
    count(call);
    throw new GoneException('It was there once');
  }

  @Get('unprocessable')
  unprocessable(@CurrentCall() call: MeteredCall): never {
    count(call);
    throw new UnprocessableEntityException({ why: 'no reason', at: ['x'] });
  }

  @Get('bad-gateway')
  badGateway(@CurrentCall() call: MeteredCall): Observable<never> {
    count(call);
    return throwError(() => new BadGatewayException('The model is away'));
  }

  @Get('teapot')
  teapot(@CurrentCall() call: MeteredCall): never {
    count(call);
    throw new HttpException('short and stout', 418);
  }

  @Get('bad-header')
  badHeader(@Res({ passthrough: true }) reply: FastifyReply, @CurrentCall() call: MeteredCall): string {
    count(call);
    void reply.header('x-own', 'not\nallowed');
    return 'abc';
  }

  @Get('bad-status')
  badStatus(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).writeHead(99);
  }

  @Get('stream-fails-at-once')
  streamFailsAtOnce(@CurrentCall() call: MeteredCall): StreamableFile {
    count(call);
    return new StreamableFile(Readable.from(parts(call, 'at once')));
  }

  @Get('stream-fails-midway')
  streamFailsMidway(@CurrentCall() call: MeteredCall): StreamableFile {
    count(call);
    return new StreamableFile(Readable.from(parts(call, 'midway')));
  }

  @Get('reply-stream-fails-midway')
  replyStreamFailsMidway(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    void reply.send(Readable.from(parts(call, 'midway')));
  }

  @Get('pipeline-fails-midway')
  async pipelineFailsMidway(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): Promise<void> {
    count(call);
    await pipeline(Readable.from(parts(call, 'midway')), rawOf(reply)).catch(() => undefined);
  }

  @Get('throws-after-first-byte')
  throwsAfterFirstByte(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).write('a');
    throw new Error('boom');
  }

  @Get('destroys')
  destroys(@Res() reply: FastifyReply, @CurrentCall() call: MeteredCall): void {
    count(call);
    rawOf(reply).write('a');
    rawOf(reply).destroy();
  }

  @Get('concat')
  concat(@CurrentCall() call: MeteredCall): Observable<string> {
    count(call);
    return from(['a', 'abc']).pipe(concatMap((text) => Promise.resolve(text)));
  }

  @Head('head')
  head(@CurrentCall() call: MeteredCall): void {
    count(call);
  }

  @All('all')
  all(@CurrentCall() call: MeteredCall): string {
    count(call);
    return 'abc';
  }
}
