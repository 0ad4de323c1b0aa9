/** An error in the catalog: its place, what is wrong, what to do. */
export interface CatalogProblem {
  /** 1-based; 0 when the problem is the file as a whole. */
  line: number;
  column: number;
  /** `plans[1].price.amount`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** Reports an error; the place is found by its path. */
export type Complain = (path: readonly PropertyKey[], message: string) => void;

/** The catalog cannot be used. The message lists every problem as `file:line:column path message`. */
export class CatalogError extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly CatalogProblem[],
  ) {
    const lines = problems.map(({ line, column, path, message }) => {
      const place = line > 0 ? `${file}:${line}:${column}` : file;
      return `  ${place} ${path ? `${path} ` : ''}${message}`;
    });
    super([`The catalog is invalid:`, ...lines].join('\n'));
    this.name = 'CatalogError';
  }
}
