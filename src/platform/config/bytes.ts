const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 1_024, MiB: 1_048_576 };

/** A size such as `65536`, `64KiB` or `1.5MiB`, in whole bytes; `undefined` if the text is not a size. */
export function parseBytes(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(KiB|MiB)?$/.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[unit] ?? 0);
  return digits !== '' && Number.isInteger(bytes) && bytes >= 1 ? bytes : undefined;
}
