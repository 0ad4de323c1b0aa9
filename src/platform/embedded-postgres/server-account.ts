import { execFile, type SpawnOptions } from 'node:child_process';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to start PostgreSQL's programs: under which account, and behind which command. */
export interface ServerAccount {
  /** To be given the files that PostgreSQL must own; absent: they are ours already. */
  owner?: { uid: number; gid: number };
  /** The command line and options that run `program` under the account. */
  command(program: string, args: readonly string[]): [string, string[], SpawnOptions];
}

/** Linux capabilities that let a process through folders closed to its user, the narrower one first. */
const PASSING_CAPABILITIES: readonly [name: string, bit: bigint][] = [
  ['dac_read_search', 2n],
  ['dac_override', 1n],
];

/**
 * PostgreSQL refuses to run as root. So as root it runs as the owner of its data, or else as the user `postgres`, who is
 * made when missing. That user often cannot enter the folders of root (`/root`, a folder from mktemp): then it gets,
 * besides its own rights, the one capability to pass through them.
 * @param mustReach files and folders that the server's user has to get at.
 */
export async function chooseServerAccount(
  dataOwner: Stats | undefined,
  mustReach: readonly string[],
): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return { command: (program, args) => [program, [...args], {}] };
  const owner =
    dataOwner && dataOwner.uid !== 0
      ? { uid: dataOwner.uid, gid: dataOwner.gid }
      : ((await lookUp('postgres')) ?? (await makeUser('postgres')));
  const closed = mustReach.map((path) => closedFolder(path, owner)).find((folder) => folder !== undefined);
  if (closed === undefined) {
    return { owner, command: (program, args) => [program, [...args], owner] };
  }
  const prefix = await passingPrefix(owner, closed);
  return { owner, command: (program, args) => ['setpriv', [...prefix, program, ...args], {}] };
}

async function lookUp(user: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function makeUser(user: string): Promise<{ uid: number; gid: number }> {
  let reason = '';
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      user,
    ]);
  } catch (error) {
    reason = (error as { stderr?: string }).stderr?.trim() || String(error);
  }
  // Asked again even after a failure: another process may have made it at the same moment.
  const made = await lookUp(user);
  if (made) return made;
  throw new Error(
    `PostgreSQL does not run as root, and the user "${user}" to run it as is missing and could not be made ` +
      `(${reason}). Make it (useradd --system ${user}), run as an ordinary user, or set DATABASE_URL.`,
  );
}

/** The first folder above `path` that the user cannot enter. */
export function closedFolder(path: string, user: { uid: number; gid: number }): string | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = closedFolder(parent, user);
  if (above !== undefined) return above;
  const { mode, uid, gid } = statSync(parent);
  const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & enter) === 0 ? parent : undefined;
}

async function passingPrefix(owner: { uid: number; gid: number }, closed: string): Promise<string[]> {
  const advice =
    `As root PostgreSQL runs as another user, and that one cannot enter ${closed}. ` +
    `Open it (chmod o+x ${closed}), run as an ordinary user, or move to a folder open to others.`;
  const capability = PASSING_CAPABILITIES.find(([, bit]) => (boundingSet() >> bit) & 1n)?.[0];
  if (capability === undefined) throw new Error(advice);
  const prefix = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    // Without this bit access(2), which initdb uses to look for its companions, ignores the capability.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    '--',
  ];
  try {
    await run('setpriv', [...prefix, 'test', '-x', closed]);
  } catch (error) {
    throw new Error(advice, { cause: error });
  }
  return prefix;
}

/** The capabilities that this process may hand on; none where the system does not know them. */
function boundingSet(): bigint {
  try {
    const line = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return BigInt(`0x${line?.[1] ?? '0'}`);
  } catch {
    return 0n;
  }
}
