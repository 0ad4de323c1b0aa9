import { type Html, html } from '../../../platform/http/html.js';
import { page } from './layout.js';

/** Asks for the email of an account. @param refused the input that is no email address */
export function signInPage(refused?: string): Html {
  const invalid = refused !== undefined;
  return page(
    'Sign in by email',
    html`<p>Lost your token? Enter the email address of your account, and we send a link to a new one.</p>
      <form method="post" action="/sign-in/mail">
        <div class="field">
          <label for="email">Email</label>
          <input
            id="email"
            name="email"
            type="email"
            value="${refused ?? ''}"
            maxlength="254"
            autocomplete="email"
            required
            ${invalid ? html`aria-invalid="true" aria-describedby="email-error"` : ''}
          />
          ${invalid ? html`<p class="field-error" id="email-error">must be an email address</p>` : ''}
        </div>
        <button class="button button-primary">Email me a sign-in link</button>
      </form>
      <p class="hint">No account yet? <a href="/">Register</a>.</p>`,
  );
}

/** The same whether the email has an account or not. */
export function signInSentPage(): Html {
  return page(
    'Check your inbox',
    html`<p>
        If this email has an account, a sign-in link is on its way to it. It works once, within an hour.
      </p>
      <p class="hint">Not there after a minute? Check your spam folder.</p>`,
  );
}
