import { expect, it } from '@jest/globals';
import { html } from './html.js';

it('escapes what is inserted, and not what was made by it', () => {
  const name = `<script>alert("1")</script> & 'more'`;
  expect(html`<p title="${name}">${[html`<b>${name}</b>`]}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;"><b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;</b></p>',
  );
});
