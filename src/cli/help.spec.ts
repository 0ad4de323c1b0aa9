import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runProcess } from '../../test/support/processes.js';
import { EXAMPLES } from './examples.js';

const script = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const farebox = (...args: string[]) => runProcess({ script, args });

let completion: string;
/** Every command, as the completion has them: `catalog`, `catalog apply`. */
let commands: string[];
/** And what may follow each. */
let words: Map<string, string[]>;

beforeAll(async () => {
  completion = (await farebox('completion', 'bash')).stdout();
  words = new Map(
    [...completion.matchAll(/^ {6}'([a-z -]+)'\) words='(.*)' ;;$/gm)].map(([, path = '', list = '']) => [
      path,
      list.split(' '),
    ]),
  );
  commands = [...words.keys()];
});

describe('--help', () => {
  it('has examples for every command, and every option in them is one of the command', () => {
    const leaves = commands.filter((path) => !commands.some((other) => other.startsWith(`${path} `)));
    expect(Object.keys(EXAMPLES).sort()).toEqual(leaves.sort());
    const wrong = Object.entries(EXAMPLES).flatMap(([path, lines]) =>
      lines.filter(
        (line) =>
          !line.startsWith(path) ||
          (line.match(/--[a-z-]+/g) ?? []).some((option) => !words.get(path)?.includes(option)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it.each([[[]], [['catalog']], [['usage', 'adjust']]])('%j shows them', async (path) => {
    const { code, stdout } = await farebox(...path, '--help');
    expect(stdout()).toMatch(/\nExamples:\n {2}npm run farebox -- \w+/);
    expect(code).toBe(0);
  });
});

/** What bash offers when Tab is pressed behind the last word. */
async function offered(...typed: string[]): Promise<string[]> {
  const press = `
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _farebox; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    completion + press,
    'bash',
    'farebox',
    ...typed,
  ]);
  return stdout.trim().split('\n');
}

describe('completion bash', () => {
  it.each([
    [['cat'], ['catalog']],
    [
      ['catalog', 'p'],
      ['plan', 'price'],
    ],
    [
      ['catalog', 'apply', '--m'],
      ['--migrate', '--migrate-now', '--migrate-cancel'],
    ],
    [
      ['catalog', 'price', 'standard', '--'],
      ['--json', '--help'],
    ],
    [['webhooks', 'list', '--state', 'par'], ['parked']],
    [['webhooks', 'list', '--state', 'parked', '--l'], ['--limit']],
    [['no-such-command', 'doc'], ['doctor']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
  ])('%j', async (typed, expected) => {
    expect(await offered(...typed)).toEqual(expected);
  });
});

it('completion zsh and fish name every command', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { code, stdout } = await farebox('completion', shell);
    expect(code).toBe(0);
    for (const path of commands) expect(stdout()).toContain(path.split(' ').at(-1));
  }
});

it('completion of another shell says which there are', async () => {
  const { code, stderr } = await farebox('completion', 'tcsh');
  expect([code, stderr()]).toEqual([1, expect.stringContaining('bash, zsh, fish')]);
});
