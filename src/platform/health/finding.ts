/** What a check of the set-up found: for `farebox doctor`. */
export interface Finding {
  /** What was looked at. */
  check: string;
  level: 'ok' | 'warning' | 'problem';
  /** What was seen, without secrets. */
  message: string;
  /** What to do about it. */
  advice?: string;
}
