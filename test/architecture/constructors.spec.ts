import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

/**
 * A provider that is made has started nothing: it registers its work in `onModuleInit`, and the role of the process decides
 * what begins. So a command can use any module of the application.
 */
const REGISTERS =
  /\b(?:sweep|queues|topics|startup|shutdown|notifications|readers|reading|settlement|readiness)\.(?:register\w*|open|subscribe|read[A-Z]\w*|on[A-Z]\w*|beforeDrain|drain|release|listen|bind\w*|warn)\(|\bset(?:Interval|Timeout|Immediate)\(|\.addHook\(/i;

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** The text between the braces of each constructor. */
function constructorsOf(text: string): string[] {
  return [...text.matchAll(/^ {2}constructor\([\s\S]*?(?:\) \{\}$|^ {2}\}$)/gm)].map(([found]) =>
    found.slice(found.indexOf(') {')),
  );
}

const registering = (text: string): boolean => constructorsOf(text).some((body) => REGISTERS.test(body));

it('no constructor registers or starts anything', () => {
  const found = ['modules', 'platform', 'catalog'].flatMap((folder) =>
    readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .filter((file) => registering(readFileSync(join(src, folder, file), 'utf8')))
      .map((file) => `${folder}/${file.replaceAll(sep, '/')}`),
  );
  expect(found).toEqual([]);
});

it.each([
  ['  constructor(private readonly sweep: Sweep) {\n    sweep.register("x", () => this.x());\n  }'],
  [
    '  constructor(\n    startup: DatabaseStartup,\n    log: Log,\n  ) {\n    this.log = log;\n    startup.onOpen(async () => {\n      this.x();\n    });\n  }',
  ],
  ['  constructor(reading: LedgerReading) {\n    reading.readCalls({ pass: () => this.x() });\n  }'],
  ['  constructor(shutdown: Shutdown) {\n    this.timer = setInterval(() => this.tick(), 1);\n  }'],
])('the search finds %j', (text) => {
  expect(registering(`class X {\n${text}\n}\n`)).toBe(true);
});

it('and leaves alone what other methods do', () => {
  const text =
    'class X {\n  constructor(private readonly sweep: Sweep) {}\n\n  onModuleInit(): void {\n    this.sweep.register("x", () => this.x());\n  }\n}\n';
  expect(registering(text)).toBe(false);
});
