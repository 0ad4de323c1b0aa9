/* What can be asked of the benchmark, read from its arguments. */
import { parseArgs } from 'node:util';

/**
 * Reads the arguments of `npm run bench`. `names` are those of the servers.
 * @returns `rounds`, `seconds` a turn, `connections`, `only` (names in the order of `names`), `soak` in minutes.
 * @throws an Error that says what is accepted.
 */
export function readOptions(args, names) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      only: { type: 'string' },
      soak: { type: 'string', default: '0' },
      short: { type: 'boolean', default: false },
    },
  });
  const rounds = positive('rounds', values.rounds);
  const seconds = positive('seconds', values.seconds);
  return {
    rounds: values.short ? 1 : rounds,
    seconds: values.short ? 1 : seconds,
    connections: positive('connections', values.connections),
    only: chosen(values.only, names),
    soak: values.soak === '0' ? 0 : positive('soak', values.soak),
  };
}

function positive(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name}: a whole number from 1, not "${text}"`);
  return value;
}

function chosen(text, names) {
  if (text === undefined) return names;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`--only: "${unknown[0]}" is none of: ${names.join(', ')}`);
  return names.filter((name) => wanted.includes(name));
}
