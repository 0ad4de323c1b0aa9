import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { projectRoot } from '../../src/platform/project/project.js';

/** The TypeScript blocks of a page, by the path that the first line names; those without one stand beside the page. */
function blocksOf(page: string): Map<string, string> {
  const text = readFileSync(join(projectRoot, page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  return new Map(
    blocks.map((code, index) => {
      const named = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
      return [join(projectRoot, named ?? join(page, `../block-${index}.ts`)), code];
    }),
  );
}

/** What the compiler says of these files as if they stood in the project, by its own settings. */
function complaintsAbout(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(projectRoot, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, projectRoot);
  const all = {
    ...options,
    paths: {
      'farebox-client': [join(projectRoot, 'clients/typescript/client.ts')],
      farebox: [join(projectRoot, 'src/index.ts')],
    },
  };
  const host = ts.createCompilerHost(all);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const code = files.get(path);
    return code === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, code, rest[0], true);
  };
  const program = ts.createProgram([...files.keys()], all, host);
  return [...files.keys()].flatMap((path) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(path)),
      ...program.getSemanticDiagnostics(program.getSourceFile(path)),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

describe('code in documents', () => {
  it.each([
    ['README.md', 3],
    ['docs/in-your-application.md', 6],
    ['docs/extend.md', 4],
    ['clients/typescript/README.md', 1],
  ])('of %s compiles as printed', (page, count) => {
    const blocks = blocksOf(page);
    expect(blocks.size).toBe(count);
    expect(complaintsAbout(blocks)).toEqual([]);
  });

  it('that does not compile is found', () => {
    const file = join(projectRoot, 'src/modules/monetized-api/wrong.ts');
    expect(complaintsAbout(new Map([[file, '@Monetized()\nexport class Wrong {}\n']]))).toEqual([
      "Cannot find name 'Monetized'.",
    ]);
  });
});
