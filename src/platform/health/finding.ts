/** What a check of the set-up found: for `farebox doctor`. */
export interface Finding {
  /** The subject of the check. */
  check: string;
  level: 'ok' | 'warning' | 'problem';
  /** The result, without secrets. */
  message: string;
  /** What to do about it. */
  advice?: string;
}
