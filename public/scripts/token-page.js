import { copyButton } from './copy-button.js';
import { find } from './dom.js';

copyButton(find('#copy-token', HTMLButtonElement), find('#token', HTMLElement), 'Token');
copyButton(find('#copy-curl', HTMLButtonElement), find('#curl', HTMLElement), 'Command');
