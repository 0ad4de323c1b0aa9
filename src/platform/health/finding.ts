/** The result of a check of the set-up, for `farebox doctor`. */
export interface Finding {
  /** The subject of the check. */
  check: string;
  level: 'ok' | 'warning' | 'problem';
  /** The observation, without secrets. */
  message: string;
  /** What to do about it. */
  advice?: string;
}
