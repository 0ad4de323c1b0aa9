/** The key in the index of metadata for one pair; values are searched without regard to case. */
export function metadataKey(name: string, value: string): string {
  return JSON.stringify([name, value.toLowerCase()]);
}

export function metadataKeys(metadata: Record<string, string>): string[] {
  return Object.entries(metadata).map(([name, value]) => metadataKey(name, value));
}
