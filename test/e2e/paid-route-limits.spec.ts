import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Monetized } from '../../src/modules/ledger/index.js';
import { Public } from '../../src/modules/auth/index.js';
import { post, request } from '../support/farebox.js';
import { type InProcess, startInProcess } from '../support/in-process.js';

@Controller('plain')
@Monetized()
class PlainController {
  @Post()
  length(@Body() body: { text: string }): number {
    return body.text.length;
  }

  @Get(':id')
  name(@Param('id') id: string): string {
    return id;
  }
}

@Controller('wide')
@Monetized({ bodyLimit: '256KiB', pathParameterLimit: 300 })
class WideController {
  @Post('narrow')
  @Monetized({ bodyLimit: 1_000 })
  narrow(@Body() body: { text: string }): number {
    return body.text.length;
  }

  @Post('own')
  own(@Body() body: { text: string }): number {
    return body.text.length;
  }

  @Get('of/:id')
  ofId(@Param('id') id: string): string {
    return id;
  }
}

@Public()
@Controller('free')
class FreeController {
  @Post()
  length(@Body() body: { text: string }): number {
    return body.text.length;
  }

  @Get(':id')
  name(@Param('id') id: string): string {
    return id;
  }
}

let world: InProcess;
afterEach(() => world.stop());

async function start(settings: Record<string, string> = {}) {
  world = await startInProcess([PlainController, WideController, FreeController], settings);
  const { token } = await world.newCustomer();
  const headers = { authorization: `Bearer ${token}` };
  return {
    /** @param length of the body, in bytes. */
    send: async (path: string, length: number) => {
      const text = 'a'.repeat(length - '{"text":""}'.length);
      const { status, json } = await post(`${world.url}${path}`, { text }, headers);
      return [status, json['detail']];
    },
    ask: async (path: string, length: number) => {
      const { status, json } = await request(`${world.url}${path}/${'a'.repeat(length)}`, { headers });
      return [status, json['detail']];
    },
    recorded: async () => (await world.query('select route from calls')).length,
  };
}

const tooLarge = (bytes: number) => [
  413,
  `The body is too large: this route takes ${bytes} bytes at most. BODY_LIMIT and @Monetized() set the limit.`,
];
const tooLong = (characters: number) => [
  400,
  `The part "id" of the path is longer than ${characters} characters. PATH_PARAMETER_LIMIT and @Monetized() set the limit.`,
];

describe('a paid route', () => {
  it('takes 64 KiB and 100 characters unless something is said, and bills nothing that it refuses', async () => {
    const { send, ask, recorded } = await start();
    expect(await send('/plain', 65_536)).toEqual([201, undefined]);
    expect(await send('/plain', 65_537)).toEqual(tooLarge(65_536));
    expect(await ask('/plain', 100)).toEqual([200, undefined]);
    expect(await ask('/plain', 101)).toEqual(tooLong(100));
    expect(await recorded()).toBe(2);
  });

  it('takes what the settings say', async () => {
    const { send, ask } = await start({ BODY_LIMIT: '1MiB', PATH_PARAMETER_LIMIT: '4000' });
    expect(await send('/plain', 1_048_576)).toEqual([201, undefined]);
    expect(await send('/plain', 1_048_577)).toEqual(tooLarge(1_048_576));
    expect(await ask('/plain', 4_000)).toEqual([200, undefined]);
    expect(await ask('/plain', 4_001)).toEqual(tooLong(4_000));
  });

  it('takes what its controller says, and it itself before that', async () => {
    const { send, ask } = await start({ BODY_LIMIT: '2KiB' });
    expect(await send('/wide/own', 262_144)).toEqual([201, undefined]);
    expect(await send('/wide/own', 262_145)).toEqual(tooLarge(262_144));
    expect(await send('/wide/narrow', 1_000)).toEqual([201, undefined]);
    expect(await send('/wide/narrow', 1_001)).toEqual(tooLarge(1_000));
    expect(await ask('/wide/of', 300)).toEqual([200, undefined]);
    expect(await ask('/wide/of', 301)).toEqual(tooLong(300));
  });
});

it('other routes keep their own limits', async () => {
  const { send, ask } = await start({ BODY_LIMIT: '1MiB', PATH_PARAMETER_LIMIT: '4000' });
  expect(await send('/free', 65_537)).toEqual([
    413,
    'The body is too large: this route takes 65536 bytes at most.',
  ]);
  expect(await ask('/free', 101)).toEqual([400, 'The part "id" of the path is longer than 100 characters.']);
});
