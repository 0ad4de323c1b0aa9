type InSpan = <T>(name: string, work: () => Promise<T>) => Promise<T>;

let start: InSpan = (_name, work) => work();

/** Runs `work` as a span of its own when traces are on; otherwise just runs it. The name says what, never whose. */
export const inSpan: InSpan = (name, work) => start(name, work);

/** Traces are on from now. */
export function useSpans(inSpans: InSpan): void {
  start = inSpans;
}
