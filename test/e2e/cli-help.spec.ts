import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runProcess } from '../support/processes.js';

const script = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const farebox = (...args: string[]) => runProcess({ script, args });

let completion: string;
/** Every command, as the completion has them: `catalog`, `catalog apply`. */
let commands: string[];

beforeAll(async () => {
  completion = (await farebox('completion', 'bash')).stdout();
  commands = [...completion.matchAll(/^ {6}'([a-z ]+)'\) words=/gm)].map(([, path = '']) => path);
});

/** What is wrong with the examples of a command. */
async function faultsOf(path: string): Promise<string[]> {
  const { stdout } = await farebox(...path.split(' '), '--help');
  const [help = '', examples = ''] = stdout().split('\nExamples:\n');
  const lines = examples.match(/^ {2}npm run farebox -- .+$/gm) ?? [];
  if (lines.length === 0) return [`${path} has none`];
  const isGroup = commands.some((other) => other.startsWith(`${path} `));
  const unknown = lines
    .flatMap((line) => line.match(/ --[a-z-]+/g) ?? [])
    .filter((option) => !isGroup && !help.includes(option));
  const strange = lines.filter((line) => !line.startsWith(`  npm run farebox -- ${path}`));
  return [...unknown, ...strange].map((fault) => `${path}: ${fault}`);
}

describe('--help', () => {
  it('of every command has examples, whose options it has', async () => {
    expect(commands.length).toBeGreaterThan(18);
    const wrong: string[] = [];
    // Some at a time: starting it is most of the work.
    const left = [...commands];
    const look = async (): Promise<void> => {
      for (let path = left.pop(); path !== undefined; path = left.pop())
        wrong.push(...(await faultsOf(path)));
    };
    await Promise.all([look(), look(), look()]);
    expect(wrong).toEqual([]);
  }, 60_000);

  it('of the program has some too', async () => {
    const { stdout } = await farebox('--help');
    expect(stdout()).toContain('npm run farebox -- doctor');
  });
});

/** What bash offers when Tab is pressed behind the last word. */
async function offered(...words: string[]): Promise<string[]> {
  const press = `
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _farebox; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    completion + press,
    'bash',
    'farebox',
    ...words,
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
    [['catalog', 'apply', '--m'], ['--migrate']],
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
  ])('%j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
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
