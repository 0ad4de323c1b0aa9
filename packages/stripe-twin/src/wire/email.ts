import { invalid } from './api-error.js';
import { text, type Param } from './params.js';

const EMAIL = /^[^\s@<>(),;:"[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]{2,}$/;

/** An email address of at most 512 characters, checked for its syntax alone. */
export const email: Param<string> = {
  required: false,
  parse(raw, path) {
    const value = text(512).parse(raw, path);
    if (!EMAIL.test(value)) throw invalid(`Invalid email address: ${value}`, path, 'email_invalid');
    return value;
  },
};
