import {html} from '../lit.js';

/**
 * An icon of the bootstrap-icons webjar, coloured like the text around it. Its class is named in
 * controls.css. Decorative: the words beside it or the button's label carry the meaning.
 *
 * @param {string} name
 */
export const icon = (name) => html`<i class="icon icon-${name}" aria-hidden="true"></i>`;
