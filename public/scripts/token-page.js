import { copyButton } from './copy-button.js';
import { find } from './dom.js';
import { openDashboard } from './open-dashboard.js';

const token = find('#token', HTMLElement);
copyButton(find('#copy-token', HTMLButtonElement), token, 'Token');
copyButton(find('#copy-curl', HTMLButtonElement), find('#curl', HTMLElement), 'Command');
openDashboard(find('#open-dashboard', HTMLAnchorElement), () => token.textContent ?? '');
