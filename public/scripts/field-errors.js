import { find } from './dom.js';

/**
 * Errors beside the fields of a form. A field is the element with `data-field="email"`, an input or a group of them;
 * its message stands in `#email-error`, which describes it.
 */
export class FieldErrors {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    form.addEventListener('input', (event) => {
      const field = event.target instanceof Element && event.target.closest('[data-field]');
      if (field instanceof HTMLElement) this.#clear(field);
    });
  }

  /**
   * Shows these errors and no others, and puts the focus into the first bad field in the order of the page.
   *
   * @param {{ field: string, message: string }[]} errors
   * @returns {{ field: string, message: string }[]} the errors that no visible field takes
   */
  show(errors) {
    this.clear();
    const homeless = errors.filter(({ field, message }) => !this.#mark(field, message));
    const first = this.#fields().find((field) => field.getAttribute('aria-invalid') === 'true');
    if (first instanceof HTMLInputElement) first.focus();
    else first?.querySelector('input')?.focus();
    return homeless;
  }

  clear() {
    for (const field of this.#fields()) this.#clear(field);
  }

  /**
   * @param {string} name
   * @param {string} message
   * @returns {boolean} whether a visible field took it
   */
  #mark(name, message) {
    const field = this.#fields().find(
      (candidate) => candidate.dataset['field'] === name && !candidate.hidden,
    );
    if (!field) return false;
    const place = this.#place(field);
    place.textContent = place.hidden ? message : `${place.textContent} ${message}`;
    place.hidden = false;
    field.setAttribute('aria-invalid', 'true');
    return true;
  }

  /** @param {HTMLElement} field */
  #clear(field) {
    field.removeAttribute('aria-invalid');
    const place = this.#place(field);
    place.textContent = '';
    place.hidden = true;
  }

  /** @param {HTMLElement} field */
  #place(field) {
    return find(`#${field.dataset['field']}-error`, HTMLElement, this.form);
  }

  #fields() {
    return [...this.form.querySelectorAll('[data-field]')].filter((field) => field instanceof HTMLElement);
  }
}
