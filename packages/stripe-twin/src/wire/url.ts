import { invalid } from './api-error.js';
import { text, type Param } from './params.js';

/** An http address. Real Stripe also wants one that the internet can reach; the sandbox serves this machine. */
export const httpUrl: Param<string> = {
  required: false,
  parse(raw, path) {
    const value = text(5000).parse(raw, path);
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
      throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', path, 'url_invalid');
    }
    if (!/^https?:/i.test(value) || !URL.canParse(value)) throw invalid('Invalid URL', path, 'url_invalid');
    return value;
  },
};
