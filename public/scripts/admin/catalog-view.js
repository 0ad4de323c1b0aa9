import { badge, element, row } from '../dashboard/element.js';
import { listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { dataTable, none, part, rowHead, toneOf } from './parts.js';

/** Where Stripe is not what the catalog says. */
export class CatalogView {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   */
  constructor(api, panel) {
    this.api = api;
    this.panel = panel;
  }

  async load() {
    await this.panel.load(
      () => this.api.get('catalog/drift'),
      (json) => {
        const changes = listOf(json, 'changes');
        const notes = isObject(json) && Array.isArray(json['notes']) ? json['notes'].map(String) : [];
        find('#drift-body', HTMLElement).replaceChildren(
          changes.length === 0 ? none(`Stripe matches ${textOf(json, 'source')}.`) : driftTable(changes),
          ...(notes.length === 0
            ? []
            : [
                part(
                  'Notes',
                  element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note))),
                ),
              ]),
        );
      },
    );
  }
}

/** @param {Record<string, unknown>[]} changes */
function driftTable(changes) {
  return dataTable(
    'Differences from the catalog',
    [['Object'], ['Action'], ['At Stripe → in the file'], ['ID']],
    changes.map((change) => {
      const action = textOf(change, 'action');
      const head = rowHead(textOf(change, 'name'));
      head.append(element('span', { class: 'muted block' }, textOf(change, 'kind')));
      const message = textOf(change, 'message');
      return row(
        head,
        element('td', {}, badge(action, toneOf(action))),
        element(
          'td',
          { class: 'reason' },
          ...listOf(change, 'differences').map((difference) => line(difference)),
          ...(message === '' ? [] : [element('span', { class: 'block' }, message)]),
        ),
        textOf(change, 'id') || element('span', { class: 'muted' }, '–'),
      );
    }),
  );
}

/** @param {Record<string, unknown>} difference */
function line(difference) {
  const [what, from, to] = ['what', 'from', 'to'].map((name) => textOf(difference, name));
  return element('span', { class: 'block' }, `${what}: ${from} → ${to}`);
}
